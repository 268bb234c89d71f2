#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"
#include "slab_reader.hpp"
#include "stretch_reader.hpp"

namespace bellwether::store {

/// Reads stored frames of one detector, between two intervals, as they were at one moment: the
/// older ones out of chunks, the newer ones out of slabs.
class FrameReader {
 public:
  /// The range is cut to what retention has left.
  static Result<std::unique_ptr<FrameReader>> open(const Database& database,
                                                   std::string_view detector, IntervalIndex from,
                                                   IntervalIndex to);

  Result<void> read_frames(const FrameVisitor& visit) const;

  /// `room.values` is filled with NaN.
  Result<void> read_values(const ValueRoom& room) const;

  Result<Points> read_points(MeasureIndex measure, SeriesIndex series) const;

 private:
  FrameReader(const Database& database, std::string_view detector)
      : snapshot_(database),
        stretches_(database, detector, snapshot_),
        slabs_(database, detector, snapshot_) {}

  Snapshot snapshot_;
  StretchReader stretches_;
  SlabReader slabs_;
  IntervalRange in_chunks_;
  IntervalRange in_slabs_;
};

}  // namespace bellwether::store
