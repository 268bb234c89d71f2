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

void check_kafka_brokers(Problems& problems, const std::string& field, std::string_view brokers);

void check_kafka_topic(Problems& problems, const std::string& field, std::string_view name);

/// Those that a source lives by, which no one else may set.
std::span<const OwnedKafkaProperty> properties_of_kafka_sources();

/// `section` is where the two maps `properties` and `secret_properties` stand.
void check_kafka_properties(Problems& problems, const std::string& section,
                            const std::map<std::string, std::string>& properties,
                            const std::map<std::string, SecretSource>& secret_properties,
                            std::span<const OwnedKafkaProperty> owned);

/// Those of `KafkaPropertyUse::never`: commands, libraries, engines. Not among the checks of a
/// source's document, which a store may hold from before they were known to be dangerous.
void refuse_dangerous_kafka_properties(
    Problems& problems, const std::string& section,
    const std::map<std::string, std::string>& properties,
    const std::map<std::string, SecretSource>& secret_properties);

}  // namespace bellwether
