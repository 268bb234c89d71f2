#include "kafka_properties.hpp"

#include <array>

namespace bellwether::ingest {
namespace {

struct Property {
  const char* name;
  const char* value;
};

/// Ours where the properties say nothing. A member that died is missed after ten seconds, not 45;
/// what was fetched ahead stays within 32 MB, and a long commit does not cost the membership.
constexpr std::array defaults{
    Property{"session.timeout.ms", "10000"},
    Property{"max.poll.interval.ms", "900000"},
    Property{"queued.max.messages.kbytes", "32768"},
    Property{"fetch.message.max.bytes", "1048576"},
};

/// What positions in our store and the watermark rest on.
constexpr std::array owned{
    Property{"enable.auto.commit", "false"},
    Property{"enable.auto.offset.store", "false"},
    Property{"auto.offset.reset", "error"},
    Property{"enable.partition.eof", "true"},
    Property{"partition.assignment.strategy", "cooperative-sticky"},
    Property{"statistics.interval.ms", "1000"},
};

}  // namespace

Problems validate_properties(const KafkaSourceSpec& kafka) {
  auto problems = net::validate_kafka_properties(kafka.properties, kafka.secret_properties);
  for (Problem& problem : problems) problem.field.insert(0, "kafka.");
  return problems;
}

Result<net::KafkaConf> make_connection_conf(const KafkaSourceSpec& kafka) {
  return net::make_kafka_conf(kafka.brokers, kafka.properties, kafka.secret_properties);
}

Result<net::KafkaConf> make_consumer_conf(const KafkaSourceSpec& kafka, const std::string& group) {
  auto properties = kafka.properties;
  for (const Property& property : defaults) properties.emplace(property.name, property.value);
  auto conf = net::make_kafka_conf(kafka.brokers, properties, kafka.secret_properties);
  if (!conf) return conf;
  for (const Property& property : owned) net::set_property(*conf, property.name, property.value);
  net::set_property(*conf, "group.id", group);
  return conf;
}

}  // namespace bellwether::ingest
