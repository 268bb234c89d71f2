#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"
#include "frame_codec.hpp"

namespace bellwether::store {

/// Reads stored frames of one detector, between two intervals, as they were at one moment.
class FrameReader {
 public:
  /// The range is cut to what retention has left.
  static Result<std::unique_ptr<FrameReader>> open(const Database& database,
                                                   std::string_view detector, IntervalIndex from,
                                                   IntervalIndex to);

  Result<void> read_frames(const std::function<Result<void>(const Frame&)>& visit) const;

  /// `values` has `series_count` rows of `to - origin` columns, filled with NaN.
  Result<void> read_values(MeasureIndex measure, SeriesIndex first_series, std::size_t series_count,
                           IntervalIndex origin, std::size_t columns,
                           std::span<float> values) const;

  Result<Points> read_points(MeasureIndex measure, SeriesIndex series) const;

 private:
  using HeadedInterval = std::pair<IntervalIndex, FrameHeading>;

  FrameReader(const Database& database, std::string_view detector)
      : database_(database), detector_(detector), snapshot_(database) {}

  /// Calls `visit(from, to)` for each piece of the range that lies in one epoch.
  template <class Visit>
  Result<void> for_each_epoch(Visit visit) const;

  /// Calls `visit(interval, segment)` for one segment's records from `from` to `to`, which lie in
  /// one epoch.
  template <class Visit>
  Result<void> for_each_record(Cursor& cursor, MeasureIndex measure, std::size_t segment,
                               IntervalIndex from, IntervalIndex to, Visit visit) const;

  Cursor open_epoch(IntervalIndex interval, std::size_t readahead_bytes) const;
  Result<std::vector<HeadedInterval>> read_headings(Cursor& cursor, IntervalIndex from,
                                                    IntervalIndex to) const;
  Result<void> fill_frames(Cursor& cursor, std::span<const HeadedInterval> headings,
                           std::span<Frame> frames) const;
  Error damaged(IntervalIndex interval, const std::string& what) const;

  const Database& database_;
  std::string detector_;
  Snapshot snapshot_;
  IntervalIndex from_ = 0;
  IntervalIndex to_ = 0;
};

}  // namespace bellwether::store
