#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/row_format.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// Where a topic is begun that was never read before.
enum class KafkaStart : std::uint8_t { earliest, latest };

std::string_view to_string(KafkaStart start);
std::optional<KafkaStart> parse_kafka_start(std::string_view text);

/// Rows are the messages of a Kafka topic.
struct KafkaSourceSpec {
  std::string connection{};  ///< Of this name, in place of brokers and secrets.
  std::string brokers;       ///< `host:port`, several by comma.
  std::string topic;
  std::string group;  ///< Empty: "bellwether-" and the detector's name.
  RowFormat format = JsonFormat{};
  bool has_message_time = false;  ///< A row's time is its message's, not a column.
  KafkaStart start = KafkaStart::earliest;
  /// How long a partition that was read to its end must be silent until nobody waits for it.
  Duration idle_timeout{std::chrono::seconds(30)};
  std::string dead_letter_topic;                  ///< Where unreadable messages go; empty: nowhere.
  std::map<std::string, std::string> properties;  ///< Of librdkafka, as they are.
  std::map<std::string, SecretSource> secret_properties;
  /// Hosts that brokers may send us to, beside their own; empty: any. The connection's, and never
  /// in a document of the source.
  std::vector<std::string> allow_hosts{};

  bool operator==(const KafkaSourceSpec&) const = default;
};

Problems validate(const KafkaSourceSpec& kafka);

}  // namespace bellwether
