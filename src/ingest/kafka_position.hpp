#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::ingest {

/// Where a partition is read again (docs/formats/source_positions.md).
struct KafkaPosition {
  std::int64_t offset = 0;          ///< Of the next message.
  std::optional<TimePoint> newest;  ///< The newest time of a row before it.

  bool operator==(const KafkaPosition&) const = default;
};

std::string to_text(const KafkaPosition& position);

/// Errors   corrupt.
Result<KafkaPosition> parse_kafka_position(std::string_view text);

/// The name of a partition as a stream: "orders/3".
std::string stream_of(std::string_view topic, std::int32_t partition);

/// The partition that a stream of the topic names.
std::optional<std::int32_t> partition_of(std::string_view topic, std::string_view stream);

}  // namespace bellwether::ingest
