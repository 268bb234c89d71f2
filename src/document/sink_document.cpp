#include <array>
#include <string_view>

#include "bellwether/document/spec_documents.hpp"

#include "reading.hpp"
#include "sink_target_documents.hpp"

namespace bellwether::document {
namespace {

/// Kinds of sinks by the key that holds their settings.
struct Kind {
  std::string_view key;
  SinkTarget (*read)(Section&);
};

constexpr std::array kinds{
    Kind{"webhook", [](Section& section) -> SinkTarget { return read_webhook(section); }},
    Kind{"sns", [](Section& section) -> SinkTarget { return read_sns(section); }},
    Kind{"lambda", [](Section& section) -> SinkTarget { return read_lambda(section); }},
    Kind{"email", [](Section& section) -> SinkTarget { return read_email(section); }},
    Kind{"kafka", [](Section& section) -> SinkTarget { return read_kafka_sink(section); }},
};

/// Gives whether the section holds one target.
bool read_target(Section& section, SinkTarget& target) {
  std::string_view first;
  for (const Kind& kind : kinds) {
    const bool is_given =
        section.child(kind.key, [&](Section& child) { target = kind.read(child); });
    if (!is_given) continue;
    if (!first.empty())
      section.problem(kind.key, "is given beside " + std::string(first) +
                                    "; a sink has one kind, so make another sink of it");
    if (first.empty()) first = kind.key;
  }
  if (first.empty())
    section.missing("webhook", "give the kind of sink: webhook, sns, lambda, email or kafka");
  return !first.empty();
}

RetryPolicy read_retry(Section& section) {
  RetryPolicy retry;
  section.optional("first_wait", retry.first_wait);
  section.optional("longest_wait", retry.longest_wait);
  section.optional("max_age", retry.max_age);
  section.refuse_unknown_keys();
  return retry;
}

SinkLimits read_limits(Section& section) {
  SinkLimits limits;
  optional_count(section, "concurrency", limits.concurrency);
  optional_count(section, "per_minute", limits.per_minute);
  optional_count(section, "failures_to_pause", limits.failures_to_pause);
  section.optional("allow_private_targets", limits.allow_private_targets);
  section.refuse_unknown_keys();
  return limits;
}

std::pair<std::string_view, Node> write_target(const WebhookSpec& webhook) {
  return {"webhook", write_webhook(webhook)};
}
std::pair<std::string_view, Node> write_target(const SnsSpec& sns) {
  return {"sns", write_sns(sns)};
}
std::pair<std::string_view, Node> write_target(const LambdaSpec& lambda) {
  return {"lambda", write_lambda(lambda)};
}
std::pair<std::string_view, Node> write_target(const EmailSpec& email) {
  return {"email", write_email(email)};
}
std::pair<std::string_view, Node> write_target(const KafkaSinkSpec& kafka) {
  return {"kafka", write_kafka_sink(kafka)};
}

}  // namespace

SinkSpec read_sink(Section& section) {
  SinkSpec spec;
  section.required("name", spec.name);
  const bool has_target = read_target(section, spec.target);
  section.child("retry", [&](Section& child) { spec.retry = read_retry(child); });
  section.child("limits", [&](Section& child) { spec.limits = read_limits(child); });
  section.refuse_unknown_keys();
  // Without a target the default one stands here, and its problems are nobody's.
  for (Problem& problem : validate(spec))
    if (has_target || !problem.field.starts_with("webhook.")) section.add({std::move(problem)});
  return spec;
}

Node write_sink(const SinkSpec& spec) {
  auto [kind, target] = std::visit([](const auto& of) { return write_target(of); }, spec.target);
  const SinkLimits& limits = spec.limits;
  return Node()
      .set("name", spec.name)
      .set(kind, std::move(target))
      .set("retry", Node()
                        .set("first_wait", to_string(spec.retry.first_wait))
                        .set("longest_wait", to_string(spec.retry.longest_wait))
                        .set("max_age", to_string(spec.retry.max_age)))
      .set("limits", Node()
                         .set("concurrency", std::uint64_t{limits.concurrency})
                         .set("per_minute", std::uint64_t{limits.per_minute})
                         .set("failures_to_pause", std::uint64_t{limits.failures_to_pause})
                         .set("allow_private_targets", limits.allow_private_targets));
}

}  // namespace bellwether::document
