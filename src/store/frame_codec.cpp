#include "frame_codec.hpp"

#include <cassert>
#include <cmath>
#include <vector>

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t heading_version = 2;  // 1 did not tell of the source.
constexpr std::uint8_t segment_version = 1;
constexpr std::uint8_t row_counts_flag = 1;
constexpr std::size_t segment_header_bytes = 3 + 2 * sizeof(std::uint64_t);

std::uint64_t low_bits(std::size_t count) {
  return count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

template <class T>
char* put(char* out, T value) {
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

/// The values of the series in `mask`, one after the other.
template <class T>
char* put_present(char* out, const std::vector<T>& column, std::size_t first, std::uint64_t mask) {
  if (const auto run = static_cast<std::size_t>(std::countr_one(mask));
      run == static_cast<std::size_t>(std::popcount(mask))) {
    if (run > 0) std::memcpy(out, column.data() + first, run * sizeof(T));
    return out + run * sizeof(T);
  }
  for (; mask != 0; mask &= mask - 1)
    out = put(out, column[first + static_cast<std::size_t>(std::countr_zero(mask))]);
  return out;
}

std::size_t column_bytes(std::uint64_t mask, std::size_t value_bytes) {
  return static_cast<std::size_t>(std::popcount(mask)) * value_bytes;
}

std::uint64_t value_mask(const MeasureColumn& column, std::size_t first, std::size_t count) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < count; ++i)
    mask |= std::uint64_t{!std::isnan(column.values[first + i])} << i;
  return mask;
}

std::uint64_t score_mask(const ScoredColumn& scored, std::size_t first, std::size_t count) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t series = first + i;
    const bool is_present =
        !std::isnan(scored.expected[series]) || !std::isnan(scored.lower[series]) ||
        !std::isnan(scored.upper[series]) || !std::isnan(scored.severity[series]);
    mask |= std::uint64_t{is_present} << i;
  }
  return mask;
}

}  // namespace

std::string encode_heading(const FrameHeading& heading) {
  ByteWriter writer;
  writer.put(heading_version);
  writer.put(heading.start.time_since_epoch().count());
  writer.put_varint(heading.series_count);
  writer.put_varint(heading.measure_count);
  writer.put(static_cast<std::uint8_t>(heading.source));
  return writer.take();
}

Result<FrameHeading> decode_heading(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  if (version < 1 || version > heading_version)
    return corrupt("a frame's heading has an unknown version");
  FrameHeading heading;
  heading.start = TimePoint(Duration(reader.get<std::int64_t>()));
  heading.series_count = reader.get_varint();
  heading.measure_count = reader.get_varint();
  const auto source = version > 1 ? reader.get<std::uint8_t>() : std::uint8_t{0};
  heading.source = static_cast<SourceHealth>(source);
  if (!reader.is_complete() || heading.series_count > std::numeric_limits<std::uint32_t>::max() ||
      heading.measure_count > std::numeric_limits<std::uint16_t>::max() ||
      source >= source_health_count)
    return corrupt("a frame's heading does not decode");
  return heading;
}

void encode_segment(const MeasureColumn& column, const ScoredColumn& scored, std::size_t first,
                    std::size_t count, std::string& record) {
  assert(count <= series_per_segment);
  const bool has_row_counts = !column.row_counts.empty();
  const std::uint64_t values = value_mask(column, first, count);
  const std::uint64_t scores = score_mask(scored, first, count);
  record.resize(segment_header_bytes +
                column_bytes(values, sizeof(double)) * (has_row_counts ? 2 : 1) +
                column_bytes(scores, sizeof(float)) * 4);
  char* out = record.data();
  out = put(out, segment_version);
  out = put(out, has_row_counts ? row_counts_flag : std::uint8_t{0});
  out = put(out, static_cast<std::uint8_t>(count));
  out = put(out, values);
  out = put(out, scores);
  out = put_present(out, column.values, first, values);
  if (has_row_counts) out = put_present(out, column.row_counts, first, values);
  for (const auto* scored_column :
       {&scored.expected, &scored.lower, &scored.upper, &scored.severity})
    out = put_present(out, *scored_column, first, scores);
  assert(out == record.data() + record.size());
}

Result<SegmentView> SegmentView::open(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  const auto flags = reader.get<std::uint8_t>();
  SegmentView view;
  view.series_count_ = reader.get<std::uint8_t>();
  view.value_mask_ = reader.get<std::uint64_t>();
  view.score_mask_ = reader.get<std::uint64_t>();
  view.has_row_counts_ = (flags & row_counts_flag) != 0;
  if (reader.failed() || version != segment_version || flags > row_counts_flag)
    return corrupt("a frame's segment has an unknown version");

  const std::size_t values = column_bytes(view.value_mask_, sizeof(double));
  const std::size_t scores = column_bytes(view.score_mask_, sizeof(float));
  const std::size_t length = values * (view.has_row_counts_ ? 2 : 1) + scores * 4;
  const bool fits = view.series_count_ <= series_per_segment &&
                    ((view.value_mask_ | view.score_mask_) & ~low_bits(view.series_count_)) == 0;
  if (!fits || record.size() != segment_header_bytes + length)
    return corrupt("a frame's segment is " + std::to_string(record.size()) +
                   " bytes long, which does not fit its masks");

  view.values_ = record.data() + segment_header_bytes;
  view.row_counts_ = view.values_ + values;
  view.expected_ = view.values_ + values * (view.has_row_counts_ ? 2 : 1);
  view.lower_ = view.expected_ + scores;
  view.upper_ = view.lower_ + scores;
  view.severity_ = view.upper_ + scores;
  return view;
}

void SegmentView::copy_values(std::size_t first, std::size_t count, float* target,
                              std::size_t stride) const {
  const std::uint64_t wanted = value_mask_ >> first & low_bits(count);
  const char* source = values_ + sizeof(double) * static_cast<std::size_t>(
                                                      std::popcount(value_mask_ & low_bits(first)));
  for (std::uint64_t mask = wanted; mask != 0; mask &= mask - 1) {
    double value = 0;
    std::memcpy(&value, source, sizeof value);
    source += sizeof value;
    target[static_cast<std::size_t>(std::countr_zero(mask)) * stride] = static_cast<float>(value);
  }
}

double SegmentView::row_count(std::size_t series) const {
  if (!has_row_counts_ || (value_mask_ >> series & 1U) == 0) return 0;
  return at<double>(row_counts_, value_mask_, series);
}

}  // namespace bellwether::store
