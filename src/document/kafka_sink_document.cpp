#include "secret_map.hpp"
#include "sink_target_documents.hpp"
#include "write_texts.hpp"

namespace bellwether::document {

KafkaSinkSpec read_kafka_sink(Section& section) {
  KafkaSinkSpec kafka;
  section.required("brokers", kafka.brokers, "give host:port, several by comma");
  section.required("topic", kafka.topic);
  section.optional("properties", kafka.properties);
  read_secret_map(section, "secret_properties", kafka.secret_properties);
  section.optional("timeout", kafka.timeout);
  section.refuse_unknown_keys();
  return kafka;
}

Node write_kafka_sink(const KafkaSinkSpec& kafka) {
  Node node;
  node.set("brokers", kafka.brokers);
  node.set("topic", kafka.topic);
  if (!kafka.properties.empty()) node.set("properties", write_texts(kafka.properties));
  write_secret_map(node, "secret_properties", kafka.secret_properties);
  node.set("timeout", to_string(kafka.timeout));
  return node;
}

}  // namespace bellwether::document
