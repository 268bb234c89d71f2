#pragma once

#include <map>
#include <memory>
#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/secret_source.hpp"

// librdkafka's own name for its settings, so that its header stays in few files.
// NOLINTNEXTLINE(readability-identifier-naming,bugprone-reserved-identifier)
struct rd_kafka_conf_s;

namespace bellwether::net {

struct FreeKafkaConf {
  void operator()(rd_kafka_conf_s* conf) const;
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_s, FreeKafkaConf>;

/// Properties of librdkafka as they are configured.
using KafkaProperties = std::map<std::string, std::string>;
using SecretKafkaProperties = std::map<std::string, SecretSource>;

/// Properties that librdkafka does not know, or whose value it refuses; fields "properties.X" and
/// "secret_properties.X".
Problems validate_kafka_properties(const KafkaProperties& properties,
                                   const SecretKafkaProperties& secret_properties);

/// What connects to `brokers`: our defaults, then the properties as given, with their secrets.
///
/// Errors   invalid_input: a property is refused, or a secret cannot be read.
Result<KafkaConf> make_kafka_conf(const std::string& brokers, const KafkaProperties& properties,
                                  const SecretKafkaProperties& secret_properties);

/// Sets a property that is known to be right.
void set_property(const KafkaConf& conf, const char* name, const std::string& value);

}  // namespace bellwether::net
