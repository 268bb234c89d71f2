#pragma once

#include <array>
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
// per measure and 512 neighbouring series, one slab of values and one of scores.

inline constexpr std::size_t series_per_block = 64;
inline constexpr std::size_t blocks_per_slab = 8;
inline constexpr std::size_t series_per_slab = series_per_block * blocks_per_slab;

/// What a frame is, without its columns.
struct FrameHeading {
  TimePoint start{};
  std::size_t series_count = 0;
  std::size_t measure_count = 0;
  SourceHealth source = SourceHealth::healthy;

  std::size_t slab_count() const { return (series_count + series_per_slab - 1) / series_per_slab; }
  std::size_t block_count() const {
    return (series_count + series_per_block - 1) / series_per_block;
  }
  bool operator==(const FrameHeading&) const = default;
};

std::string encode_heading(const FrameHeading& heading);
Result<FrameHeading> decode_heading(std::string_view record);

/// Writes series `first` to `first + count` (at most 512) of a measure over `record`.
void encode_values(const MeasureColumn& column, std::size_t first, std::size_t count,
                   std::string& record);
void encode_scores(const ScoredColumn& scored, std::size_t first, std::size_t count,
                   std::string& record);

/// How many series a record is of, if it is sound.
Result<std::size_t> series_with_values(std::string_view record);
Result<std::size_t> series_with_scores(std::string_view record);

/// Which series of a slab have something in a column that holds only those, and how many lie before
/// each.
class SlabMask {
 public:
  /// `words` has `word_count` masks of 64 series, at most 8.
  void read(const char* words, std::size_t word_count);

  bool has(std::size_t series) const { return (words_[series / 64] >> (series % 64) & 1U) != 0; }
  std::size_t before(std::size_t series) const {
    const std::uint64_t below = (std::uint64_t{1} << (series % 64)) - 1;
    return before_[series / 64] +
           static_cast<std::size_t>(std::popcount(words_[series / 64] & below));
  }
  std::size_t count() const { return count_; }
  std::uint64_t word(std::size_t number) const { return words_[number]; }

 private:
  std::array<std::uint64_t, blocks_per_slab> words_{};
  std::array<std::size_t, blocks_per_slab> before_{};
  std::size_t count_ = 0;
};

/// Reads single values and scores out of slabs where they lie. The records must outlive it.
class SlabView {
 public:
  /// Without scores at first.
  ///
  /// Errors   corrupt: another version, or the wrong length for its masks.
  static Result<SlabView> open(std::string_view values);

  /// Errors   the same, and for scores of another number of series.
  Result<void> add_scores(std::string_view scores);

  std::size_t series_count() const { return series_count_; }
  bool has_row_counts() const { return has_row_counts_; }

  double value(std::size_t series) const { return at<double>(values_, value_mask_, series); }
  /// 0 where there is no value.
  double row_count(std::size_t series) const;
  float expected(std::size_t series) const { return at<float>(expected_, score_mask_, series); }
  float lower(std::size_t series) const { return at<float>(lower_, score_mask_, series); }
  float upper(std::size_t series) const { return at<float>(upper_, score_mask_, series); }
  float severity(std::size_t series) const { return at<float>(severity_, score_mask_, series); }

 private:
  template <class T>
  static T at(const char* column, const SlabMask& mask, std::size_t series) {
    if (!mask.has(series)) return std::numeric_limits<T>::quiet_NaN();
    T value{};
    std::memcpy(&value, column + mask.before(series) * sizeof(T), sizeof(T));
    return value;
  }

  std::size_t series_count_ = 0;
  bool has_row_counts_ = false;
  SlabMask value_mask_;
  SlabMask score_mask_;
  const char* values_ = nullptr;
  const char* row_counts_ = nullptr;
  const char* expected_ = nullptr;
  const char* lower_ = nullptr;
  const char* upper_ = nullptr;
  const char* severity_ = nullptr;
};

}  // namespace bellwether::store
