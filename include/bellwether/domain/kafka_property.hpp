#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bellwether {

/// Who may set a property of librdkafka.
enum class KafkaPropertyUse : std::uint8_t {
  api,            ///< Everyone: it names nothing outside of the client and takes no memory.
  configuration,  ///< The configuration file alone.
  never,          ///< Nobody: it runs a command, loads code, or belongs to the program.
};

/// Empty for a property that nobody has judged yet; it is then not taken.
///
/// Source   the properties of librdkafka 2.0.2; a test walks the list of the one that is linked.
std::optional<KafkaPropertyUse> kafka_property_use(std::string_view name);

}  // namespace bellwether
