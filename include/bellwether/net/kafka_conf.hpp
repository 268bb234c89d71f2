#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

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

/// Properties that librdkafka does not know, whose value it refuses, or that nobody has judged
/// (`kafka_property_use`); fields "properties.X" and "secret_properties.X".
Problems validate_kafka_properties(const KafkaProperties& properties,
                                   const SecretKafkaProperties& secret_properties);

/// What brokers may be: those of `brokers` themselves and `allow_hosts`; where that is empty, any.
/// A client that is held to it hands librdkafka a pointer to this as its opaque value.
///
/// Threads  any.
class KafkaPeers {
 public:
  KafkaPeers(std::string_view brokers, std::vector<std::string> allow_hosts);

  bool is_allowed(std::string_view host) const;

  /// Refuses every other host before its name is looked up.
  void guard(const KafkaConf& conf) const;

 private:
  std::vector<std::string> hosts_;  ///< In lower case; empty: any.
};

/// What connects to `brokers`: our defaults, then the properties as given, with their secrets.
///
/// No client runs a command or loads code, whatever the properties say.
///
/// Errors   invalid_input: a property is refused, or a secret cannot be read.
Result<KafkaConf> make_kafka_conf(const std::string& brokers, const KafkaProperties& properties,
                                  const SecretKafkaProperties& secret_properties);

/// Sets a property that is known to be right.
void set_property(const KafkaConf& conf, const char* name, const std::string& value);

}  // namespace bellwether::net
