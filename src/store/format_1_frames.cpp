#include "format_1_frames.hpp"

#include <limits>

#include "bellwether/base/bytes.hpp"

#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t segment_version = 1;
constexpr std::uint8_t row_counts_flag = 1;
constexpr unsigned epoch_bits = 10;  // An epoch is 1024 intervals.

std::string frame_key(std::string_view detector, std::uint16_t column, std::size_t segment,
                      IntervalIndex interval) {
  return KeyWriter()
      .name(detector)
      .interval(interval >> epoch_bits)  // Rounds down, also below zero.
      .number(column)
      .number(static_cast<std::uint32_t>(segment))
      .interval(interval)
      .take();
}

/// A column that holds only the series of `mask`.
template <class T>
void read_column(ByteReader& reader, std::uint64_t mask, std::size_t count, T missing,
                 std::vector<T>& column) {
  column.assign(count, missing);
  for (std::size_t i = 0; i < count; ++i)
    if ((mask >> i & 1U) != 0) column[i] = reader.get<T>();
}

}  // namespace

std::string format_1_heading_key(std::string_view detector, IntervalIndex interval) {
  return frame_key(detector, 0, 0, interval);
}

std::string format_1_segment_key(std::string_view detector, MeasureIndex measure,
                                 std::size_t segment, IntervalIndex interval) {
  return frame_key(detector, static_cast<std::uint16_t>(measure + 1), segment, interval);
}

Result<Format1Segment> decode_format_1_segment(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const auto flags = reader.get<std::uint8_t>();
  Format1Segment segment;
  segment.series_count = reader.get<std::uint8_t>();
  const auto values = reader.get<std::uint64_t>();
  const auto scores = reader.get<std::uint64_t>();
  const std::size_t count = segment.series_count;
  if (reader.failed() || version != segment_version || flags > row_counts_flag)
    return corrupt("a frame's segment has an unknown version");
  if (count > series_per_block || (count < 64 && (values | scores) >> count != 0))
    return corrupt("a frame's segment has more series than it says");
  read_column(reader, values, count, std::numeric_limits<double>::quiet_NaN(),
              segment.column.values);
  if ((flags & row_counts_flag) != 0)
    read_column(reader, values, count, 0.0, segment.column.row_counts);
  ScoredColumn& scored = segment.scored;
  for (auto* column : {&scored.expected, &scored.lower, &scored.upper, &scored.severity})
    read_column(reader, scores, count, std::numeric_limits<float>::quiet_NaN(), *column);
  if (!reader.is_complete())
    return corrupt("a frame's segment is " + std::to_string(record.size()) +
                   " bytes long, which does not fit its masks");
  return segment;
}

}  // namespace bellwether::store
