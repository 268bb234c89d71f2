#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"
#include "frame_codec.hpp"
#include "frame_ranges.hpp"

namespace bellwether::store {

/// Reads recent frames, which are kept one after the other (docs/formats/frames.md).
class SlabReader {
 public:
  /// `database` and `snapshot` must outlive it.
  SlabReader(const Database& database, std::string_view detector, const Snapshot& snapshot)
      : database_(database), detector_(detector), snapshot_(snapshot) {}

  Result<std::vector<HeadedInterval>> read_headings(const IntervalRange& range) const;

  Result<void> read_frames(const IntervalRange& range, const FrameVisitor& visit) const;
  Result<void> read_values(const IntervalRange& range, const ValueRoom& room) const;
  /// Adds to `points`.
  Result<void> read_points(const IntervalRange& range, MeasureIndex measure, SeriesIndex series,
                           Points& points) const;

  /// Calls `visit(headed, slab)` with one slab of each of these frames that has it.
  using SlabVisitor = std::function<Result<void>(const HeadedInterval&, const SlabView&)>;
  enum class Wanted : std::uint8_t { values, values_and_scores };
  Result<void> visit_slabs(std::span<const HeadedInterval> headings, MeasureIndex measure,
                           std::size_t slab, Wanted wanted, const SlabVisitor& visit) const;

 private:
  Cursor open(char letter, const IntervalRange& range, std::size_t readahead_bytes) const;
  Result<void> fill_frame(Cursor& cursor, const HeadedInterval& headed, Frame& frame) const;
  /// The record of a slab, which must be there; valid until the cursor moves.
  Result<std::string_view> read_slab(Cursor& cursor, char letter, IntervalIndex interval,
                                     MeasureIndex measure, std::size_t slab) const;

  const Database& database_;
  std::string detector_;
  const Snapshot& snapshot_;
};

}  // namespace bellwether::store
