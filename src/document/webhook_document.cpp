#include "bellwether/document/body_template.hpp"
#include "bellwether/document/secret_section.hpp"

#include "secret_map.hpp"
#include "sink_target_documents.hpp"
#include "write_texts.hpp"

namespace bellwether::document {
namespace {

/// The address itself may stand here, unlike other secrets: most of them are none.
SecretSource read_url_secret(Section& section) {
  SecretSource secret;
  section.optional("url_file", secret.file);
  section.optional("url_env", secret.environment_variable);
  if (!secret.file.empty() && !secret.environment_variable.empty())
    section.problem("url_file", "give either url_file or url_env");
  return secret;
}

/// Only where it is used; beside another format it is refused as a whole.
void check_template(Section& section, const WebhookSpec& webhook) {
  if (webhook.format != WebhookFormat::user_template || webhook.body_template.empty()) return;
  const auto compiled = compile_webhook_template(webhook.body_template, webhook.content_type);
  if (!compiled) section.problem("template", compiled.error().message);
}

}  // namespace

WebhookSpec read_webhook(Section& section) {
  WebhookSpec webhook;
  section.optional("url", webhook.url);
  webhook.url_secret = read_url_secret(section);
  webhook.secret = read_secret(section, "secret");
  section.choice("format", webhook.format, parse_webhook_format,
                 "json, cloudevents, slack, pagerduty, alertmanager, sns_envelope or template");
  section.optional("template", webhook.body_template);
  section.optional("content_type", webhook.content_type);
  webhook.routing_key = read_secret(section, "routing_key");
  section.optional("headers", webhook.headers);
  read_secret_map(section, "secret_headers", webhook.secret_headers);
  section.optional("ca_file", webhook.ca_file);
  section.optional("timeout", webhook.timeout);
  section.refuse_unknown_keys();
  check_template(section, webhook);
  if (!section.has("url") && !webhook.url_secret.is_set() &&
      webhook.format != WebhookFormat::pagerduty)
    section.missing("url", "or give url_file or url_env");
  return webhook;
}

Node write_webhook(const WebhookSpec& webhook) {
  Node node;
  if (!webhook.url.empty()) node.set("url", webhook.url);
  write_secret(node, "url", webhook.url_secret);
  write_secret(node, "secret", webhook.secret);
  node.set("format", to_string(webhook.format));
  if (!webhook.body_template.empty()) node.set("template", webhook.body_template);
  if (webhook.format == WebhookFormat::user_template)
    node.set("content_type", webhook.content_type);
  write_secret(node, "routing_key", webhook.routing_key);
  if (!webhook.headers.empty()) node.set("headers", write_texts(webhook.headers));
  write_secret_map(node, "secret_headers", webhook.secret_headers);
  if (!webhook.ca_file.empty()) node.set("ca_file", webhook.ca_file);
  node.set("timeout", to_string(webhook.timeout));
  return node;
}

}  // namespace bellwether::document
