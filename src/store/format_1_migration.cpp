#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "chunk_codec.hpp"
#include "commit_batch.hpp"
#include "detector_keys.hpp"
#include "format_1_frames.hpp"
#include "keys.hpp"
#include "state_records.hpp"
#include "stretch_headings.hpp"
#include "stretch_turner.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t batch_bytes = std::size_t{4} << 20U;
constexpr auto stretch_length = static_cast<IntervalIndex>(intervals_per_stretch);

/// Moves the frames of one detector. Its segments lie together over time: what a chunk needs is one
/// run of neighbouring records.
class Mover {
 public:
  Mover(Database& database, std::string detector)
      : database_(database), detector_(std::move(detector)), batch_(database) {}

  Result<void> run() {
    const auto progress = read_progress(database_, detector_);
    if (!progress) return progress.error();
    const auto first_kept = read_first_kept(database_, detector_);
    if (!first_kept) return first_kept.error();
    if (!*progress) return forget_old();  // Nothing was ever committed: what is there is stray.
    const IntervalIndex from = std::max((*progress)->first_interval, *first_kept);
    const IntervalIndex to = (*progress)->last_interval + 1;
    const IntervalIndex until = std::max(stretch_begin(stretch_of(from)),
                                         stretch_begin(stretch_of(to - intervals_kept_as_frames)));
    for (IntervalIndex begin = stretch_begin(stretch_of(from)); begin < until;
         begin += stretch_length)
      if (auto moved = move_stretch(std::max(begin, from), begin + stretch_length); !moved)
        return moved;
    if (auto moved = move_frames(std::max(until, from), to); !moved) return moved;
    batch_.put(Family::checkpoints, state_key(detector_, chunked_letter),
               encode_chunked({until, 0, 0}));
    return forget_old();
  }

  /// Whether there is anything left of format 1.
  Result<bool> is_needed() const {
    const auto cursor = database_.scan(Family::frames, old_keys());
    if (auto status = cursor.status(); !status) return status.error();
    return cursor.valid();
  }

 private:
  /// After the detector's name came an epoch, whose first byte is beyond all letters of format 2.
  KeyRange old_keys() const {
    const std::string prefix = detector_prefix(detector_);
    return {prefix + '\x7f', after_prefix(prefix)};
  }

  Result<void> forget_old() {
    if (auto erased = database_.erase_range(batch_, Family::frames, old_keys()); !erased)
      return erased;
    return database_.write(batch_, Durability::synced);
  }

  Result<void> write_if_large() {
    if (batch_.byte_count() < batch_bytes) return ok();
    auto written = database_.write(batch_, Durability::buffered);
    batch_.clear();
    return written;
  }

  /// Both ends lie in one epoch.
  Result<std::vector<HeadedInterval>> read_headings(IntervalIndex from, IntervalIndex to) const {
    std::vector<HeadedInterval> headings;
    auto cursor = database_.scan(Family::frames, {format_1_heading_key(detector_, from),
                                                  format_1_heading_key(detector_, to - 1) + '\0'});
    for (; cursor.valid(); cursor.next()) {
      const auto heading = decode_heading(cursor.value());
      if (!heading) return heading.error();
      headings.push_back({interval_in(cursor.key()), *heading});
    }
    if (auto status = cursor.status(); !status) return status.error();
    return headings;
  }

  Result<void> move_stretch(IntervalIndex from, IntervalIndex to) {
    const auto headings = read_headings(from, to);
    if (!headings) return headings.error();
    if (headings->empty()) return ok();
    const IntervalIndex stretch = stretch_of(from);
    const FrameHeading& largest = headings->back().heading;
    for (MeasureIndex measure = 0; measure < largest.measure_count; ++measure) {
      for (std::size_t block = 0; block < largest.block_count(); ++block) {
        auto series = read_block(*headings, measure, block);
        if (!series) return series.error();
        batch_.put(Family::chunks, chunk_key(detector_, stretch, measure, block),
                   encode_chunk(*series, season_of(*headings)));
        if (auto written = write_if_large(); !written) return written;
      }
    }
    batch_.put(Family::chunks, stretch_headings_key(detector_, stretch),
               encode_stretch_headings(stretch, *headings));
    return ok();
  }

  Result<std::vector<SeriesColumns>> read_block(std::span<const HeadedInterval> headings,
                                                MeasureIndex measure, std::size_t block) const {
    const std::size_t first = block * series_per_block;
    const std::size_t total = headings.back().heading.series_count;
    std::vector<SeriesColumns> series;
    const IntervalIndex begin = stretch_begin(stretch_of(headings.front().interval));
    auto cursor = database_.scan(
        Family::frames,
        {format_1_segment_key(detector_, measure, block, headings.front().interval),
         format_1_segment_key(detector_, measure, block, headings.back().interval) + '\0'},
        {.is_bulk = true});
    for (; cursor.valid(); cursor.next()) {
      const auto segment = decode_format_1_segment(cursor.value());
      if (!segment) return segment.error();
      if (series.empty())
        series = empty_series(std::min(series_per_block, total - first), intervals_per_stretch,
                              !segment->column.row_counts.empty());
      const auto place = static_cast<std::size_t>(interval_in(cursor.key()) - begin);
      for (std::size_t i = 0; i < std::min(series.size(), segment->series_count); ++i) {
        series[i].values[place] = segment->column.values[i];
        if (!series[i].row_counts.empty() && !segment->column.row_counts.empty())
          series[i].row_counts[place] = segment->column.row_counts[i];
        series[i].expected[place] = segment->scored.expected[i];
        series[i].lower[place] = segment->scored.lower[i];
        series[i].upper[place] = segment->scored.upper[i];
        series[i].severity[place] = segment->scored.severity[i];
      }
    }
    if (auto status = cursor.status(); !status) return status.error();
    if (series.empty()) return corrupt("a block of series lacks its segments");
    return series;
  }

  Result<void> move_frames(IntervalIndex from, IntervalIndex to) {
    for (IntervalIndex begin = from; begin < to;) {
      const IntervalIndex end = std::min(to, stretch_begin(stretch_of(begin)) + stretch_length);
      const auto headings = read_headings(begin, end);
      if (!headings) return headings.error();
      for (const HeadedInterval& headed : *headings)
        if (auto moved = move_frame(headed); !moved) return moved;
      begin = end;
    }
    return ok();
  }

  Result<void> move_frame(const HeadedInterval& headed) {
    const auto& [interval, heading] = headed;
    for (MeasureIndex measure = 0; measure < heading.measure_count; ++measure) {
      MeasureColumn column;
      ScoredColumn scored;
      for (std::size_t block = 0; block < heading.block_count(); ++block) {
        const auto record = database_.get(
            Family::frames, format_1_segment_key(detector_, measure, block, interval));
        if (!record) return record.error();
        if (!*record) return corrupt("a frame lacks segments");
        const auto segment = decode_format_1_segment(**record);
        if (!segment) return segment.error();
        const auto append = [](auto& all, const auto& some) {
          all.insert(all.end(), some.begin(), some.end());
        };
        append(column.values, segment->column.values);
        append(column.row_counts, segment->column.row_counts);
        append(scored.expected, segment->scored.expected);
        append(scored.lower, segment->scored.lower);
        append(scored.upper, segment->scored.upper);
        append(scored.severity, segment->scored.severity);
      }
      if (column.values.size() != heading.series_count)
        return corrupt("the segments of a frame do not hold its series");
      put_slabs(batch_, detector_, interval, measure, column, scored);
      if (auto written = write_if_large(); !written) return written;
    }
    batch_.put(Family::frames, heading_key(detector_, interval), encode_heading(heading));
    return ok();
  }

  Database& database_;
  std::string detector_;
  Batch batch_;
};

}  // namespace

Result<void> move_frames_to_format_2(Database& database) {
  const auto detectors = detectors_with_frames(database);
  if (!detectors) return detectors.error();
  for (const std::string& detector : *detectors) {
    Mover mover(database, detector);
    const auto needed = mover.is_needed();
    if (!needed) return needed.error();
    if (!*needed) continue;
    if (auto moved = mover.run(); !moved)
      return while_doing("moving the frames of detector '" + detector + "'", moved.error());
  }
  return ok();
}

}  // namespace bellwether::store
