#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/amendment.hpp"
#include "bellwether/domain/quality.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"

namespace bellwether::store {

// checkpoints: detector, `a`, epoch, measure + 1 (0 for revisions), segment, interval. An epoch is
// 1024 intervals: inside it a block of series lies together over time, and retention forgets whole
// ones.

std::string revisions_key(std::string_view detector, IntervalIndex interval);
std::string amended_segment_key(std::string_view detector, MeasureIndex measure,
                                std::size_t segment, IntervalIndex interval);

/// The parts of such a key after its letter.
struct AmendmentKey {
  IntervalIndex epoch = 0;
  std::uint16_t column = 0;  ///< 0: revisions; else the measure + 1.
  std::uint32_t segment = 0;
  IntervalIndex interval = 0;
  bool is_whole = false;  ///< Whether the key was one.
};
AmendmentKey read_amendment_key(std::string_view after_letter);

/// All of a detector's amendments that lie in epochs before that of `first_kept`.
KeyRange outdated_amendments(std::string_view detector, IntervalIndex first_kept);

/// Errors   invalid_input: the commit's amendments are not of earlier intervals, do not ascend, or
///          name series that are not there.
Result<void> check_amendments(const IntervalCommit& interval);

/// Adds the amendments of a commit to those kept of their intervals, each as a revision more.
Result<void> put_amendments(Database& database, Batch& batch, const IntervalCommit& interval);

/// Merges what came late into the values of a series that lie in `points`.
Result<void> amend_points(const Database& database, std::string_view detector, MeasureIndex measure,
                          SeriesIndex series, Points& points);

/// Tells of the intervals, newest first, how often they were amended.
Result<void> amend_quality(const Database& database, std::string_view detector,
                           std::span<IntervalQuality> newest_first);

}  // namespace bellwether::store
