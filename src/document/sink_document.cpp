#include "bellwether/document/spec_documents.hpp"

namespace bellwether::document {
namespace {

SecretSource read_secret(Section& section) {
  SecretSource secret;
  section.optional("secret_file", secret.file);
  section.optional("secret_env", secret.environment_variable);
  section.refuse("secret", "secrets are never inline; use secret_file or secret_env");
  return secret;
}

WebhookSpec read_webhook(Section& section) {
  WebhookSpec webhook;
  section.required("url", webhook.url);
  webhook.secret = read_secret(section);
  section.optional("format", webhook.format);
  section.optional("timeout", webhook.timeout);
  section.refuse_unknown_keys();
  return webhook;
}

RetryPolicy read_retry(Section& section) {
  RetryPolicy retry;
  section.optional("first_wait", retry.first_wait);
  section.optional("longest_wait", retry.longest_wait);
  section.optional("max_age", retry.max_age);
  section.refuse_unknown_keys();
  return retry;
}

}  // namespace

SinkSpec read_sink(Section& section) {
  SinkSpec spec;
  section.required("name", spec.name);
  section.child("webhook", [&](Section& child) { spec.target = read_webhook(child); });
  for (const std::string kind : {"sns", "lambda"})
    section.refuse(kind, kind + " sinks are not available in this version; use webhook");
  if (!section.has("webhook") && !section.has("sns") && !section.has("lambda"))
    section.missing("webhook", "give the kind of sink: webhook");
  section.child("retry", [&](Section& child) { spec.retry = read_retry(child); });
  section.refuse_unknown_keys();
  // Without a webhook the default one stands here, and its problems are nobody's.
  for (Problem& problem : validate(spec))
    if (section.has("webhook") || !problem.field.starts_with("webhook."))
      section.add({std::move(problem)});
  return spec;
}

Node write_sink(const SinkSpec& spec) {
  const auto& webhook = std::get<WebhookSpec>(spec.target);
  Node target;
  target.set("url", webhook.url);
  if (!webhook.secret.file.empty()) target.set("secret_file", webhook.secret.file);
  if (!webhook.secret.environment_variable.empty())
    target.set("secret_env", webhook.secret.environment_variable);
  target.set("format", webhook.format);
  target.set("timeout", to_string(webhook.timeout));
  return Node()
      .set("name", spec.name)
      .set("webhook", std::move(target))
      .set("retry", Node()
                        .set("first_wait", to_string(spec.retry.first_wait))
                        .set("longest_wait", to_string(spec.retry.longest_wait))
                        .set("max_age", to_string(spec.retry.max_age)));
}

}  // namespace bellwether::document
