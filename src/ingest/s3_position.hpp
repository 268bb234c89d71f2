#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/net/s3_list.hpp"

namespace bellwether::ingest {

/// An object that was read, by hashes of its key and its ETag.
struct S3SeenObject {
  std::uint64_t key = 0;
  std::uint32_t etag = 0;

  static S3SeenObject of(const net::S3Object& object);
  bool operator==(const S3SeenObject&) const = default;
};

/// What was read for an interval that is over.
struct S3SeenInterval {
  TimePoint start{};
  std::vector<S3SeenObject> objects;

  bool operator==(const S3SeenInterval&) const = default;
};

/// Where an S3 source stands (docs/formats/source_positions.md).
struct S3Position {
  static constexpr std::size_t max_seen_objects = 5000;

  bool is_historical = false;
  std::uint64_t next_row = 0;  ///< Number of the first row from here on.
  /// Historical: the newest interval met so far. Live: the first one that was not imported.
  std::optional<TimePoint> interval;

  // The object at hand, of history or late; `next_row` is the number of its first row.
  std::size_t location = 0;  ///< Which of the historical ones.
  std::string etag;
  std::string key;  ///< Empty: none.

  std::vector<S3SeenInterval> seen;  ///< Oldest first.

  /// Remembers one interval more, and forgets the oldest beyond `max_seen_objects`.
  void remember(S3SeenInterval interval);

  bool operator==(const S3Position&) const = default;
};

std::string to_text(const S3Position& position);

/// Errors   corrupt for anything `to_text` did not write.
Result<S3Position> parse_s3_position(std::string_view text);

}  // namespace bellwether::ingest
