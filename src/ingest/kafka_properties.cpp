#include "kafka_properties.hpp"

#include <algorithm>
#include <array>

namespace bellwether::ingest {
namespace {

struct Property {
  const char* name;
  const char* value;
};

/// Ours where the properties say nothing. A member that died is missed after ten seconds, not 45,
/// and a long commit does not cost the membership. A broker's answer may have 16 MiB
/// (kafka_conf.cpp), of which one asks for half: a batch that is larger comes alone.
constexpr std::array defaults{
    Property{"session.timeout.ms", "10000"},
    Property{"max.poll.interval.ms", "900000"},
    Property{"fetch.message.max.bytes", "1048576"},
    Property{"fetch.max.bytes", "8388608"},
};

/// What a consumer fetches ahead: one part in 32 of what all sources may hold, within these.
constexpr std::size_t most_queued_kbytes = 32768;
constexpr std::size_t fewest_queued_kbytes = 1024;
constexpr std::size_t queue_share = 32;

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

Result<net::KafkaConf> make_consumer_conf(const KafkaSourceSpec& kafka, const std::string& group,
                                          std::size_t most_bytes) {
  auto properties = kafka.properties;
  const std::size_t queued_kbytes =
      std::clamp(most_bytes / queue_share / 1024, fewest_queued_kbytes, most_queued_kbytes);
  properties.emplace("queued.max.messages.kbytes", std::to_string(queued_kbytes));
  for (const Property& property : defaults) properties.emplace(property.name, property.value);
  auto conf = net::make_kafka_conf(kafka.brokers, properties, kafka.secret_properties);
  if (!conf) return conf;
  for (const Property& property : owned) net::set_property(*conf, property.name, property.value);
  net::set_property(*conf, "group.id", group);
  return conf;
}

}  // namespace bellwether::ingest
