#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/domain/secret_source.hpp"

// What topics and librdkafka's properties may be, wherever they are configured.

namespace bellwether {

/// A property that nobody may set, and why.
struct OwnedKafkaProperty {
  std::string_view name;
  std::string_view reason;
};

void check_kafka_topic(Problems& problems, const std::string& field, std::string_view name);

/// `section` is where the two maps `properties` and `secret_properties` stand.
void check_kafka_properties(Problems& problems, const std::string& section,
                            const std::map<std::string, std::string>& properties,
                            const std::map<std::string, SecretSource>& secret_properties,
                            std::span<const OwnedKafkaProperty> owned);

}  // namespace bellwether
