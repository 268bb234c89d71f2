#pragma once

#include <chrono>
#include <map>
#include <string>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// A Kafka topic; a message's key is its group's id, so that one group's stay in order.
struct KafkaSinkSpec {
  std::string brokers;
  std::string topic;
  std::map<std::string, std::string> properties;  ///< Of librdkafka, as they are.
  std::map<std::string, SecretSource> secret_properties;
  Duration timeout{std::chrono::seconds(10)};

  bool operator==(const KafkaSinkSpec&) const = default;
};

Problems validate(const KafkaSinkSpec& kafka);

}  // namespace bellwether
