#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/scored_frame.hpp"

namespace bellwether::store {

// The records of the frames family (docs/formats/frames.md). A frame is kept as one heading and,
// per measure, one segment for every 64 neighbouring series.

inline constexpr std::size_t series_per_segment = 64;
inline constexpr IntervalIndex intervals_per_epoch = 1024;

/// What a frame is, without its columns.
struct FrameHeading {
  TimePoint start{};
  std::size_t series_count = 0;
  std::size_t measure_count = 0;
  SourceHealth source = SourceHealth::healthy;

  std::size_t segment_count() const {
    return (series_count + series_per_segment - 1) / series_per_segment;
  }
  bool operator==(const FrameHeading&) const = default;
};

std::string encode_heading(const FrameHeading& heading);
Result<FrameHeading> decode_heading(std::string_view record);

/// Writes series `first` to `first + count` (at most 64) of a measure over `record`.
void encode_segment(const MeasureColumn& column, const ScoredColumn& scored, std::size_t first,
                    std::size_t count, std::string& record);

/// Reads single values out of a segment where they lie: a column holds only the series that are
/// present, so a mask says how far in a series' value is.
class SegmentView {
 public:
  /// `record` must outlive it.
  ///
  /// Errors   corrupt: another version, or the wrong length for its masks.
  static Result<SegmentView> open(std::string_view record);

  std::size_t series_count() const { return series_count_; }
  bool has_row_counts() const { return has_row_counts_; }

  double value(std::size_t series) const { return at<double>(values_, value_mask_, series); }
  /// Writes the values of series `first` to `first + count` to `target`, `stride` floats apart;
  /// leaves absent ones as they are.
  void copy_values(std::size_t first, std::size_t count, float* target, std::size_t stride) const;

  /// 0 where there is no value.
  double row_count(std::size_t series) const;
  float expected(std::size_t series) const { return at<float>(expected_, score_mask_, series); }
  float lower(std::size_t series) const { return at<float>(lower_, score_mask_, series); }
  float upper(std::size_t series) const { return at<float>(upper_, score_mask_, series); }
  float severity(std::size_t series) const { return at<float>(severity_, score_mask_, series); }

 private:
  template <class T>
  static T at(const char* column, std::uint64_t mask, std::size_t series) {
    const std::uint64_t bit = std::uint64_t{1} << series;
    if ((mask & bit) == 0) return std::numeric_limits<T>::quiet_NaN();
    T value{};
    const auto before = static_cast<std::size_t>(std::popcount(mask & (bit - 1)));
    std::memcpy(&value, column + before * sizeof(T), sizeof(T));
    return value;
  }

  std::size_t series_count_ = 0;
  bool has_row_counts_ = false;
  std::uint64_t value_mask_ = 0;
  std::uint64_t score_mask_ = 0;
  const char* values_ = nullptr;
  const char* row_counts_ = nullptr;
  const char* expected_ = nullptr;
  const char* lower_ = nullptr;
  const char* upper_ = nullptr;
  const char* severity_ = nullptr;
};

}  // namespace bellwether::store
