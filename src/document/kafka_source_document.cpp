#include "kafka_source_document.hpp"

#include <utility>

#include "row_format_document.hpp"
#include "secret_map.hpp"
#include "write_texts.hpp"

namespace bellwether::document {
namespace {

std::optional<bool> parse_timestamp_place(std::string_view text) {
  if (text == "column") return false;
  if (text == "message") return true;
  return std::nullopt;
}

}  // namespace

KafkaSourceSpec read_kafka_source(Section& section) {
  KafkaSourceSpec kafka;
  section.optional("connection", kafka.connection);
  if (!section.has("connection") && !section.has("brokers"))
    section.missing("brokers", "give host:port, several by comma, or a connection");
  section.optional("brokers", kafka.brokers);
  section.required("topic", kafka.topic);
  section.optional("group", kafka.group);
  read_row_format(section, kafka.format);
  section.choice("timestamp", kafka.has_message_time, parse_timestamp_place, "column or message");
  section.choice("start", kafka.start, parse_kafka_start, "earliest or latest");
  section.optional("idle_timeout", kafka.idle_timeout);
  section.optional("dead_letter_topic", kafka.dead_letter_topic);
  section.optional("properties", kafka.properties);
  read_secret_map(section, "secret_properties", kafka.secret_properties);
  section.refuse_unknown_keys();
  return kafka;
}

Node write_kafka_source(const KafkaSourceSpec& kafka) {
  Node node;
  if (!kafka.connection.empty()) node.set("connection", kafka.connection);
  if (!kafka.brokers.empty()) node.set("brokers", kafka.brokers);
  node.set("topic", kafka.topic);
  if (!kafka.group.empty()) node.set("group", kafka.group);
  node.set("format", write_row_format(kafka.format));
  node.set("timestamp", kafka.has_message_time ? "message" : "column");
  node.set("start", to_string(kafka.start));
  node.set("idle_timeout", to_string(kafka.idle_timeout));
  if (!kafka.dead_letter_topic.empty()) node.set("dead_letter_topic", kafka.dead_letter_topic);
  if (!kafka.properties.empty()) node.set("properties", write_texts(kafka.properties));
  write_secret_map(node, "secret_properties", kafka.secret_properties);
  return node;
}

}  // namespace bellwether::document
