#pragma once

#include <memory>
#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/kafka_source_spec.hpp"

// librdkafka's own name for its settings, so that its header stays in few files.
// NOLINTNEXTLINE(readability-identifier-naming,bugprone-reserved-identifier)
struct rd_kafka_conf_s;

namespace bellwether::ingest {

struct FreeKafkaConf {
  void operator()(rd_kafka_conf_s* conf) const;
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_s, FreeKafkaConf>;

/// Properties that librdkafka does not know, or whose value it refuses; fields
/// "kafka.properties.X".
Problems validate_properties(const KafkaSourceSpec& kafka);

/// What connects to the brokers: our defaults, then the properties as given, with their secrets.
///
/// Errors   invalid_input: a property is refused, or a secret cannot be read.
Result<KafkaConf> make_connection_conf(const KafkaSourceSpec& kafka);

/// The same for a member of the group, with the properties nobody may set.
Result<KafkaConf> make_consumer_conf(const KafkaSourceSpec& kafka, const std::string& group);

/// Sets a property that is known to be right.
void set_property(const KafkaConf& conf, const char* name, const std::string& value);

}  // namespace bellwether::ingest
