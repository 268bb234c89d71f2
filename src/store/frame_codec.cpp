#include "frame_codec.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <vector>

#include "bellwether/base/bytes.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t heading_version = 2;  // 1 did not tell of the source.
constexpr std::uint8_t slab_version = 2;     // 1 was a segment of 64 series, in format 1.
constexpr std::uint8_t row_counts_flag = 1;
constexpr std::size_t slab_head_bytes = 4;

std::size_t words_for(std::size_t series) { return (series + 63) / 64; }

template <class T>
char* put(char* out, T value) {
  std::memcpy(out, &value, sizeof value);
  return out + sizeof value;
}

/// The values of the series in `mask`, one after the other.
template <class T>
char* put_present(char* out, const T* column, std::uint64_t mask) {
  if (const auto run = static_cast<std::size_t>(std::countr_one(mask));
      run == static_cast<std::size_t>(std::popcount(mask))) {
    if (run > 0) std::memcpy(out, column, run * sizeof(T));
    return out + run * sizeof(T);
  }
  for (; mask != 0; mask &= mask - 1)
    out = put(out, column[static_cast<std::size_t>(std::countr_zero(mask))]);
  return out;
}

std::uint64_t mask_of(const MeasureColumn& column, std::size_t first, std::size_t count) {
  std::uint64_t mask = 0;
  for (std::size_t i = 0; i < count; ++i)
    mask |= std::uint64_t{!std::isnan(column.values[first + i])} << i;
  return mask;
}

std::uint64_t mask_of(const ScoredColumn& scored, std::size_t first, std::size_t count) {
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

/// Which series of a slab have something.
struct Masks {
  std::array<std::uint64_t, blocks_per_slab> words{};
  std::size_t word_count = 0;
  std::size_t present = 0;

  template <class Column>
  Masks(const Column& column, std::size_t first, std::size_t count) : word_count(words_for(count)) {
    for (std::size_t i = 0; i < word_count; ++i) {
      words[i] = mask_of(column, first + i * 64, std::min<std::size_t>(64, count - i * 64));
      present += static_cast<std::size_t>(std::popcount(words[i]));
    }
  }

  std::size_t byte_count() const { return word_count * sizeof(std::uint64_t); }
};

char* put_head(char* out, std::uint8_t flags, std::size_t series, const Masks& masks) {
  out = put(out, slab_version);
  out = put(out, flags);
  out = put(out, static_cast<std::uint16_t>(series));
  std::memcpy(out, masks.words.data(), masks.byte_count());
  return out + masks.byte_count();
}

template <class T>
char* put_column(char* out, const std::vector<T>& column, std::size_t first, const Masks& masks) {
  for (std::size_t i = 0; i < masks.word_count; ++i)
    out = put_present(out, column.data() + first + i * 64, masks.words[i]);
  return out;
}

/// What a slab's record begins with.
struct SlabHead {
  std::uint8_t flags = 0;
  std::size_t series_count = 0;
  SlabMask mask;
  const char* columns = nullptr;
  std::size_t column_bytes = 0;
};

Error misfit(std::string_view record) {
  return corrupt("a frame's slab is " + std::to_string(record.size()) +
                 " bytes long, which does not fit its masks");
}

Result<SlabHead> open_slab(std::string_view record) {
  ByteReader reader(record);
  const auto version = reader.get<std::uint8_t>();
  SlabHead head;
  head.flags = reader.get<std::uint8_t>();
  head.series_count = reader.get<std::uint16_t>();
  if (reader.failed() || version != slab_version || head.flags > row_counts_flag)
    return corrupt("a frame's slab has an unknown version");
  const std::size_t words = words_for(head.series_count);
  const std::size_t mask_bytes = words * sizeof(std::uint64_t);
  if (head.series_count > series_per_slab || reader.left() < mask_bytes) return misfit(record);
  head.mask.read(record.data() + slab_head_bytes, words);
  const std::size_t in_last = head.series_count % 64;
  if (in_last > 0 && head.mask.word(words - 1) >> in_last != 0) return misfit(record);
  head.columns = record.data() + slab_head_bytes + mask_bytes;
  head.column_bytes = reader.left() - mask_bytes;
  return head;
}

Result<SlabHead> open_scores(std::string_view record) {
  const auto head = open_slab(record);
  if (!head) return head;
  if (head->flags != 0 || head->column_bytes != head->mask.count() * sizeof(float) * 4)
    return misfit(record);
  return head;
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

void encode_values(const MeasureColumn& column, std::size_t first, std::size_t count,
                   std::string& record) {
  assert(count <= series_per_slab);
  const bool has_row_counts = !column.row_counts.empty();
  const Masks masks(column, first, count);
  record.resize(slab_head_bytes + masks.byte_count() +
                masks.present * sizeof(double) * (has_row_counts ? 2 : 1));
  char* out = put_head(record.data(), has_row_counts ? row_counts_flag : 0, count, masks);
  out = put_column(out, column.values, first, masks);
  if (has_row_counts) out = put_column(out, column.row_counts, first, masks);
  assert(out == record.data() + record.size());
}

void encode_scores(const ScoredColumn& scored, std::size_t first, std::size_t count,
                   std::string& record) {
  assert(count <= series_per_slab);
  const Masks masks(scored, first, count);
  record.resize(slab_head_bytes + masks.byte_count() + masks.present * sizeof(float) * 4);
  char* out = put_head(record.data(), 0, count, masks);
  for (const auto* column : {&scored.expected, &scored.lower, &scored.upper, &scored.severity})
    out = put_column(out, *column, first, masks);
  assert(out == record.data() + record.size());
}

void SlabMask::read(const char* words, std::size_t word_count) {
  for (std::size_t i = 0; i < word_count; ++i) {
    std::memcpy(&words_[i], words + i * sizeof(std::uint64_t), sizeof(std::uint64_t));
    before_[i] = count_;
    count_ += static_cast<std::size_t>(std::popcount(words_[i]));
  }
}

Result<SlabView> SlabView::open(std::string_view values) {
  const auto head = open_slab(values);
  if (!head) return head.error();
  SlabView view;
  view.series_count_ = head->series_count;
  view.has_row_counts_ = (head->flags & row_counts_flag) != 0;
  view.value_mask_ = head->mask;
  const std::size_t bytes = head->mask.count() * sizeof(double);
  if (head->column_bytes != bytes * (view.has_row_counts_ ? 2 : 1)) return misfit(values);
  view.values_ = head->columns;
  view.row_counts_ = head->columns + bytes;
  return view;
}

Result<std::size_t> series_with_values(std::string_view record) {
  const auto view = SlabView::open(record);
  if (!view) return view.error();
  return view->series_count();
}

Result<std::size_t> series_with_scores(std::string_view record) {
  const auto head = open_scores(record);
  if (!head) return head.error();
  return head->series_count;
}

Result<void> SlabView::add_scores(std::string_view scores) {
  const auto head = open_scores(scores);
  if (!head) return head.error();
  if (head->series_count != series_count_) return misfit(scores);
  const std::size_t bytes = head->mask.count() * sizeof(float);
  score_mask_ = head->mask;
  expected_ = head->columns;
  lower_ = expected_ + bytes;
  upper_ = lower_ + bytes;
  severity_ = upper_ + bytes;
  return ok();
}

double SlabView::row_count(std::size_t series) const {
  if (!has_row_counts_ || !value_mask_.has(series)) return 0;
  return at<double>(row_counts_, value_mask_, series);
}

}  // namespace bellwether::store
