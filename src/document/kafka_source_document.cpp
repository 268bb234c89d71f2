#include "kafka_source_document.hpp"

#include <utility>

#include "row_format_document.hpp"
#include "write_texts.hpp"

namespace bellwether::document {
namespace {

std::optional<bool> parse_timestamp_place(std::string_view text) {
  if (text == "column") return false;
  if (text == "message") return true;
  return std::nullopt;
}

SecretSource read_secret(Section& section) {
  SecretSource secret;
  section.optional("file", secret.file);
  section.optional("env", secret.environment_variable);
  section.refuse_unknown_keys();
  return secret;
}

void read_secret_properties(Section& kafka, std::map<std::string, SecretSource>& secrets) {
  const Node* node = kafka.raw("secret_properties");
  kafka.child("secret_properties", [&](Section& section) {
    const auto* map = node != nullptr ? node->as<Node::Map>() : nullptr;
    if (map == nullptr) return;
    for (const auto& [name, value] : *map)
      section.child(name, [&](Section& secret) { secrets[name] = read_secret(secret); });
  });
}

Node write_secret(const SecretSource& secret) {
  Node node;
  if (!secret.file.empty()) node.set("file", secret.file);
  if (!secret.environment_variable.empty()) node.set("env", secret.environment_variable);
  return node;
}

}  // namespace

KafkaSourceSpec read_kafka_source(Section& section) {
  KafkaSourceSpec kafka;
  section.required("brokers", kafka.brokers, "give host:port, several by comma");
  section.required("topic", kafka.topic);
  section.optional("group", kafka.group);
  read_row_format(section, kafka.format);
  section.choice("timestamp", kafka.has_message_time, parse_timestamp_place, "column or message");
  section.choice("start", kafka.start, parse_kafka_start, "earliest or latest");
  section.optional("idle_timeout", kafka.idle_timeout);
  section.optional("dead_letter_topic", kafka.dead_letter_topic);
  section.optional("properties", kafka.properties);
  read_secret_properties(section, kafka.secret_properties);
  section.refuse_unknown_keys();
  return kafka;
}

Node write_kafka_source(const KafkaSourceSpec& kafka) {
  Node node;
  node.set("brokers", kafka.brokers);
  node.set("topic", kafka.topic);
  if (!kafka.group.empty()) node.set("group", kafka.group);
  node.set("format", write_row_format(kafka.format));
  node.set("timestamp", kafka.has_message_time ? "message" : "column");
  node.set("start", to_string(kafka.start));
  node.set("idle_timeout", to_string(kafka.idle_timeout));
  if (!kafka.dead_letter_topic.empty()) node.set("dead_letter_topic", kafka.dead_letter_topic);
  if (!kafka.properties.empty()) node.set("properties", write_texts(kafka.properties));
  if (!kafka.secret_properties.empty()) {
    Node secrets;
    for (const auto& [name, secret] : kafka.secret_properties)
      secrets.set(name, write_secret(secret));
    node.set("secret_properties", std::move(secrets));
  }
  return node;
}

}  // namespace bellwether::document
