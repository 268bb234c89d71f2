#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

#include "database.hpp"
#include "frame_ranges.hpp"
#include "progress_codec.hpp"
#include "state_records.hpp"

namespace bellwether::store {

/// The newest intervals of a detector stay frames: what a restart replays is read in order of time.
inline constexpr IntervalIndex intervals_kept_as_frames = 128;

/// Turns a detector's oldest frames into chunks, a slab of series at a time.
///
/// A stretch is turned when it lies wholly before the newest 128 intervals. Each step writes the
/// chunks of one slab, and that it has; the last one also makes readers look for the stretch in its
/// chunks and drops its frames. A step is one batch: after a crash the next one goes on. What is
/// written follows from the frames alone.
///
/// Threads  one at a time per database: hold `old_frames_mutex`.
class StretchTurner {
 public:
  StretchTurner(Database& database, std::string_view detector)
      : database_(database), detector_(detector), snapshot_(database) {}

  /// Does one step. Gives false when there was nothing to turn.
  Result<bool> step();

 private:
  /// Where to go on; nothing when no stretch is old enough.
  Result<std::optional<ChunkedRecord>> next_place() const;
  Result<void> turn_slab(const ChunkedRecord& place, std::span<const HeadedInterval> headings);
  Result<void> finish(IntervalIndex until, std::span<const HeadedInterval> headings);
  void put_place(Batch& batch, const ChunkedRecord& place) const;

  Database& database_;
  std::string detector_;
  Snapshot snapshot_;
};

/// The detectors that have frames.
Result<std::vector<std::string>> detectors_with_frames(const Database& database);

}  // namespace bellwether::store
