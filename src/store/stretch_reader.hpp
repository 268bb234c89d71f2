#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"
#include "frame_ranges.hpp"

namespace bellwether::store {

/// Reads older frames, which are kept as chunks of 64 series over a stretch of time each
/// (docs/formats/chunks.md).
class StretchReader {
 public:
  /// `database` and `snapshot` must outlive it.
  StretchReader(const Database& database, std::string_view detector, const Snapshot& snapshot)
      : database_(database), detector_(detector), snapshot_(snapshot) {}

  /// Of a stretch's frames that lie in `range`; none when the stretch has no frames.
  Result<std::vector<HeadedInterval>> read_headings(IntervalIndex stretch,
                                                    const IntervalRange& range) const;

  /// Cost     a chunk is decoded once per 128 MiB of frames that its stretch has.
  Result<void> read_frames(const IntervalRange& range, const FrameVisitor& visit) const;
  Result<void> read_values(const IntervalRange& range, const ValueRoom& room) const;
  /// Adds to `points`.
  ///
  /// Cost     a record of some 70 KB per 512 intervals, read side by side.
  Result<void> read_points(const IntervalRange& range, MeasureIndex measure, SeriesIndex series,
                           Points& points) const;

 private:
  template <class Visit>
  Result<void> for_each_stretch(const IntervalRange& range, Visit visit) const;

  /// Nothing when there is no such block.
  Result<std::optional<std::string>> read_chunk(IntervalIndex stretch, MeasureIndex measure,
                                                std::size_t block) const;
  Result<void> read_points_of(IntervalIndex stretch, const IntervalRange& range,
                              MeasureIndex measure, SeriesIndex series, Points& points) const;
  Result<void> fill_frames(IntervalIndex stretch, std::span<Frame> frames) const;
  Result<void> fill_block(IntervalIndex stretch, MeasureIndex measure, std::size_t block,
                          std::span<Frame> frames) const;
  Error in_stretch(IntervalIndex stretch, const Error& error) const;

  const Database& database_;
  std::string detector_;
  const Snapshot& snapshot_;
};

}  // namespace bellwether::store
