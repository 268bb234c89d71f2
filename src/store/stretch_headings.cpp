#include "stretch_headings.hpp"

#include <chrono>
#include <limits>

#include "bellwether/base/bytes.hpp"

#include "chunk_codec.hpp"
#include "detector_keys.hpp"
#include "integer_column.hpp"
#include "residual_coder.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t headings_version = 1;

/// Starts are told from where they would be if intervals were as long as the one before.
class Starts {
 public:
  std::int64_t foretold(IntervalIndex interval) const {
    const auto passed = static_cast<std::uint64_t>(interval) - static_cast<std::uint64_t>(last_);
    return add(start_, static_cast<std::int64_t>(static_cast<std::uint64_t>(length_) * passed));
  }

  void note(IntervalIndex interval, std::int64_t start) {
    const std::int64_t passed = subtract(interval, last_);
    if (!is_first_ && passed > 0) length_ = subtract(start, start_) / passed;
    is_first_ = false;
    last_ = interval;
    start_ = start;
  }

 private:
  bool is_first_ = true;
  IntervalIndex last_ = 0;
  std::int64_t start_ = 0;
  std::int64_t length_ = 0;
};

}  // namespace

std::string encode_stretch_headings(IntervalIndex stretch,
                                    std::span<const HeadedInterval> headings) {
  ByteWriter writer;
  writer.put(headings_version);
  writer.put_varint(headings.size());
  Starts starts;
  std::size_t series_before = 0;
  IntervalIndex next = stretch_begin(stretch);
  for (const auto& [interval, heading] : headings) {
    const std::int64_t start = heading.start.time_since_epoch().count();
    writer.put_varint(static_cast<std::uint64_t>(interval - next));
    writer.put_varint(fold(subtract(start, starts.foretold(interval))));
    writer.put_varint(fold(static_cast<std::int64_t>(heading.series_count) -
                           static_cast<std::int64_t>(series_before)));
    writer.put_varint(heading.measure_count);
    writer.put(static_cast<std::uint8_t>(heading.source));
    starts.note(interval, start);
    series_before = heading.series_count;
    next = interval + 1;
  }
  return writer.take();
}

Result<std::vector<HeadedInterval>> decode_stretch_headings(IntervalIndex stretch,
                                                            std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const std::uint64_t count = reader.get_varint();
  if (reader.failed() || version != headings_version)
    return corrupt("the headings of a stretch have an unknown version");
  const auto damaged = [] { return corrupt("the headings of a stretch do not decode"); };
  if (count > intervals_per_stretch) return damaged();
  std::vector<HeadedInterval> headings(count);
  Starts starts;
  std::int64_t series_before = 0;
  std::uint64_t place = 0;
  for (auto& [interval, heading] : headings) {
    const std::uint64_t skipped = reader.get_varint();
    if (skipped >= intervals_per_stretch - place) return damaged();
    place += skipped;
    interval = stretch_begin(stretch) + static_cast<IntervalIndex>(place++);
    const std::int64_t start = add(starts.foretold(interval), unfold(reader.get_varint()));
    heading.start = TimePoint(Duration(start));
    const std::int64_t series = add(series_before, unfold(reader.get_varint()));
    if (series < 0 || series > std::int64_t{std::numeric_limits<std::uint32_t>::max()})
      return damaged();
    heading.series_count = static_cast<std::size_t>(series);
    heading.measure_count = reader.get_varint();
    const auto source = reader.get<std::uint8_t>();
    if (source >= source_health_count ||
        heading.measure_count > std::numeric_limits<std::uint16_t>::max())
      return damaged();
    heading.source = static_cast<SourceHealth>(source);
    starts.note(interval, start);
    series_before = series;
  }
  if (!reader.is_complete()) return damaged();
  return headings;
}

std::size_t season_of(std::span<const HeadedInterval> headings) {
  constexpr Duration day = std::chrono::days(1);
  constexpr Duration shortest_day = std::chrono::hours(23);  // When clocks are set.
  if (headings.size() < 2) return 0;
  const auto passed = headings[1].interval - headings[0].interval;
  const Duration length = (headings[1].heading.start - headings[0].heading.start) / passed;
  if (length >= shortest_day) return 7;
  return length > Duration(0) ? static_cast<std::size_t>(day / length) : 0;
}

}  // namespace bellwether::store
