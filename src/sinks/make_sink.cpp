#include <utility>

#include "bellwether/net/kafka_conf.hpp"
#include "bellwether/sinks/sink.hpp"

#include "email_sink.hpp"
#include "kafka_sink.hpp"
#include "lambda_sink.hpp"
#include "sns_sink.hpp"
#include "webhook_sink.hpp"

namespace bellwether::sinks {
namespace {

using MadeSink = Result<std::unique_ptr<Sink>>;

/// One maker per kind of target.
struct Maker {
  const SinkSpec& spec;
  const SinkContext& context;

  MadeSink operator()(const WebhookSpec& webhook) const {
    return make_webhook_sink(webhook, spec.limits, context);
  }

  MadeSink operator()(const SnsSpec& sns) const { return make_sns_sink(sns, spec.limits, context); }
  MadeSink operator()(const LambdaSpec& lambda) const {
    return make_lambda_sink(lambda, spec.limits, context);
  }
  MadeSink operator()(const EmailSpec& email) const {
    return make_email_sink(email, spec.limits, context);
  }
  MadeSink operator()(const KafkaSinkSpec& kafka) const {
    return make_kafka_sink(kafka, spec.limits, context);
  }
};

}  // namespace

Problems validate_target(const SinkTarget& target) {
  const auto* kafka = std::get_if<KafkaSinkSpec>(&target);
  if (kafka == nullptr) return {};
  auto problems = net::validate_kafka_properties(kafka->properties, kafka->secret_properties);
  for (Problem& problem : problems) problem.field.insert(0, "kafka.");
  return problems;
}

MadeSink make_sink(const SinkSpec& spec, const SinkContext& context) {
  auto sink = std::visit(Maker{spec, context}, spec.target);
  if (!sink) return while_doing("sink '" + spec.name + "'", sink.error());
  return sink;
}

}  // namespace bellwether::sinks
