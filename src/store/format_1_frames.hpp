#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

#include "database.hpp"
#include "frame_codec.hpp"

namespace bellwether::store {

// Frames as format 1 of the store kept them (docs/formats/frames.md, "Format 1"): per measure one
// segment of 64 series, ordered by epochs of 1024 intervals, measure, segment and interval.

/// One segment, its columns filled up with NaN to the number of its series.
struct Format1Segment {
  std::size_t series_count = 0;
  MeasureColumn column;
  ScoredColumn scored;
};

/// Errors   corrupt: another version, or the wrong length for its masks.
Result<Format1Segment> decode_format_1_segment(std::string_view record);

std::string format_1_heading_key(std::string_view detector, IntervalIndex interval);
std::string format_1_segment_key(std::string_view detector, MeasureIndex measure,
                                 std::size_t segment, IntervalIndex interval);

/// Turns a store of format 1 into one of format 2: older frames become chunks, the others slabs.
/// May be broken off at any time and called again.
Result<void> move_frames_to_format_2(Database& database);

}  // namespace bellwether::store
