#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

#include "band_form.hpp"
#include "frame_codec.hpp"
#include "series_columns.hpp"

namespace bellwether::store {

// The records of the chunks family (docs/formats/chunks.md): one measure of 64 neighbouring series
// over a stretch of 512 intervals, each series by itself.

inline constexpr std::size_t intervals_per_stretch = 512;

/// What is written; version 1, which had coarser steps of the bands, is read.
inline constexpr std::uint8_t newest_chunk_version = 2;

/// Writes the series of a block. All their columns have the same length, at most 512.
///
/// `day`    how many intervals a day has; 0: not known, or more than the chunk has.
std::string encode_chunk(std::span<const SeriesColumns> series, std::size_t day);

/// A series' columns as they are read back: values and row counts as they were, scores as near as
/// docs/formats/chunks.md says.
class ChunkView {
 public:
  /// `record` must outlive it.
  ///
  /// Errors   corrupt: another version, or its parts do not add up to its length.
  static Result<ChunkView> open(std::string_view record);

  std::size_t series_count() const { return series_count_; }
  std::size_t place_count() const { return place_count_; }
  bool has_row_counts() const { return has_row_counts_; }

  struct PartBytes {
    std::size_t values = 0;  ///< With row counts.
    std::size_t scores = 0;
  };
  PartBytes part_bytes(std::size_t series) const {
    const auto& parts = parts_[series];
    return {parts[row_counts].size() + parts[values].size(),
            parts[bands].size() + parts[severities].size()};
  }

  /// Gives all columns of one series their length, and reads them.
  ///
  /// Errors   corrupt: does not decode.
  Result<void> read(std::size_t series, SeriesColumns& columns) const;

  /// Values and row counts alone; the other columns are left in disorder.
  Result<void> read_values(std::size_t series, SeriesColumns& columns) const;

 private:
  enum Part : std::uint8_t { row_counts, values, bands, severities };
  static constexpr std::size_t part_count = 4;

  /// Reads values, and of the bands what they need or all.
  Result<void> read_parts(std::size_t series, bool with_bands, SeriesColumns& columns) const;

  std::size_t series_count_ = 0;
  std::size_t place_count_ = 0;
  std::size_t day_ = 0;
  BandSteps band_steps_ = newest_band_steps;
  bool has_row_counts_ = false;
  std::vector<std::array<std::string_view, part_count>> parts_;  ///< By series.
};

}  // namespace bellwether::store
