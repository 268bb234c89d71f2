#include "bellwether/store/interval_log.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include "amendment_records.hpp"
#include "commit_batch.hpp"
#include "database.hpp"
#include "detector_keys.hpp"
#include "dictionary_codec.hpp"
#include "frame_reader.hpp"
#include "group_records.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"
#include "lesson_codec.hpp"
#include "quality_codec.hpp"
#include "state_records.hpp"
#include "stretch_turner.hpp"

namespace bellwether::store {
namespace {

std::string doing(std::string_view what, std::string_view detector) {
  return std::string(what) + " of detector '" + std::string(detector) + "'";
}

Result<std::string> read_state(const Database& database, std::string_view detector, char letter,
                               const Snapshot& snapshot) {
  const auto record = database.get(Family::checkpoints, state_key(detector, letter), &snapshot);
  if (!record) return record.error();
  if (!*record) return std::string();
  return decode_state(**record);
}

}  // namespace

void Points::add(IntervalIndex interval, TimePoint start) {
  constexpr float no_score = std::numeric_limits<float>::quiet_NaN();
  intervals.push_back(interval);
  starts.push_back(start);
  values.push_back(std::numeric_limits<double>::quiet_NaN());
  row_counts.push_back(0);
  for (auto* column : {&expected, &lower, &upper, &severity}) column->push_back(no_score);
}

void Points::append(const Points& more) {
  const auto add_to = [](auto& column, const auto& cells) {
    column.insert(column.end(), cells.begin(), cells.end());
  };
  add_to(intervals, more.intervals);
  add_to(starts, more.starts);
  add_to(values, more.values);
  add_to(row_counts, more.row_counts);
  add_to(expected, more.expected);
  add_to(lower, more.lower);
  add_to(upper, more.upper);
  add_to(severity, more.severity);
  add_to(revisions, more.revisions);
}

IntervalLog::IntervalLog(Database& database) : database_(database) {}

Result<void> IntervalLog::commit(const IntervalCommit& interval) {
  auto made = make_commit_batch(database_, interval);
  if (!made) return while_doing(doing("committing an interval", interval.detector), made.error());
  const auto durability = interval.is_synced ? Durability::synced : Durability::buffered;
  if (auto written = database_.write(made->batch, durability); !written)
    return while_doing(doing("committing an interval", interval.detector), written.error());
  database_.pending_deliveries().add(std::move(made->new_deliveries));
  if (made->inbox_cut)
    database_.inbox_directory().trim(std::string(interval.detector), *made->inbox_cut);
  return ok();
}

Result<DetectorProgress> IntervalLog::progress(std::string_view detector) const {
  const Snapshot snapshot(database_);
  auto stored = read_progress(database_, detector, &snapshot);
  if (!stored) return stored.error();
  DetectorProgress progress;
  if (!*stored) return progress;
  const auto first_kept = read_first_kept(database_, detector, &snapshot);
  if (!first_kept) return first_kept.error();
  progress.last_interval = (*stored)->last_interval;
  if (*first_kept <= (*stored)->last_interval)
    progress.first_interval = std::max((*stored)->first_interval, *first_kept);
  progress.intervals = (*stored)->intervals;
  progress.position = std::move((*stored)->position);
  auto grouper = read_state(database_, detector, grouper_letter, snapshot);
  if (!grouper) return while_doing(doing("reading the state", detector), grouper.error());
  progress.grouper_state = std::move(*grouper);
  auto router = read_state(database_, detector, router_letter, snapshot);
  if (!router) return while_doing(doing("reading the state", detector), router.error());
  progress.router_state = std::move(*router);
  return progress;
}

Result<void> IntervalLog::load_dictionary(std::string_view detector, Dictionary& dictionary) const {
  const std::string activity = doing("reading the dictionary", detector);
  auto cursor = database_.scan(Family::dictionary, keys_beginning_with(detector_prefix(detector)),
                               {.is_bulk = true});
  for (; cursor.valid(); cursor.next())
    if (auto applied = apply_growth(cursor.value(), dictionary); !applied)
      return while_doing(activity, applied.error());
  if (auto status = cursor.status(); !status) return while_doing(activity, status.error());
  return ok();
}

Result<std::vector<BlockCheckpoint>> IntervalLog::checkpoints(std::string_view detector) const {
  std::vector<BlockCheckpoint> checkpoints;
  auto read = read_checkpoints(detector, 0, std::numeric_limits<std::size_t>::max(),
                               [&](BlockCheckpoint checkpoint) {
                                 checkpoints.push_back(std::move(checkpoint));
                                 return ok();
                               });
  if (!read) return read.error();
  return checkpoints;
}

Result<void> IntervalLog::read_checkpoints(
    std::string_view detector, std::size_t from, std::size_t to,
    const std::function<Result<void>(BlockCheckpoint)>& visit) const {
  const std::string activity = doing("reading the checkpoints", detector);
  const std::string prefix = state_key(detector, block_letter);
  auto cursor = database_.scan(
      Family::checkpoints, {block_key(detector, from), block_key(detector, to)}, {.is_bulk = true});
  for (; cursor.valid(); cursor.next()) {
    const auto block = KeyReader(cursor.key().substr(prefix.size())).number<std::uint64_t>();
    auto checkpoint = decode_checkpoint(block, cursor.value());
    if (!checkpoint) return while_doing(activity, checkpoint.error());
    if (auto visited = visit(std::move(*checkpoint)); !visited) return visited;
  }
  if (auto status = cursor.status(); !status) return while_doing(activity, status.error());
  return ok();
}

Result<void> IntervalLog::save_checkpoints(std::string_view detector,
                                           std::span<const BlockCheckpoint> checkpoints) {
  Batch batch(database_);
  for (const BlockCheckpoint& checkpoint : checkpoints)
    batch.put(Family::checkpoints, block_key(detector, checkpoint.block),
              encode_checkpoint(checkpoint));
  if (auto written = database_.write(batch, Durability::buffered); !written)
    return while_doing(doing("saving checkpoints", detector), written.error());
  return ok();
}

Result<void> IntervalLog::read_frames(
    std::string_view detector, IntervalIndex from, IntervalIndex to,
    const std::function<Result<void>(const Frame&)>& visit) const {
  const auto reader = FrameReader::open(database_, detector, from, to);
  if (!reader) return reader.error();
  return (*reader)->read_frames(visit);
}

Result<std::vector<Lesson>> IntervalLog::read_lessons(std::string_view detector,
                                                      IntervalIndex from) const {
  const std::string activity = doing("reading the feedback", detector);
  std::vector<Lesson> all;
  auto cursor = database_.scan(
      Family::checkpoints,
      {lessons_key(detector, from), after_prefix(state_key(detector, lessons_letter))});
  for (; cursor.valid(); cursor.next()) {
    auto lessons = decode_lessons(interval_in(cursor.key()), cursor.value());
    if (!lessons) return while_doing(activity, lessons.error());
    std::ranges::move(*lessons, std::back_inserter(all));
  }
  if (auto status = cursor.status(); !status) return while_doing(activity, status.error());
  return all;
}

Result<void> IntervalLog::read_values(std::string_view detector, MeasureIndex measure,
                                      SeriesIndex first_series, std::size_t series_count,
                                      IntervalIndex from, IntervalIndex to,
                                      std::span<float> values) const {
  const auto columns = static_cast<std::size_t>(std::max<IntervalIndex>(0, to - from));
  if (values.size() != series_count * columns)
    return internal_error("reading values: the room is not series x intervals");
  std::ranges::fill(values, std::numeric_limits<float>::quiet_NaN());
  const auto reader = FrameReader::open(database_, detector, from, to);
  if (!reader) return reader.error();
  return (*reader)->read_values({measure, first_series, series_count, from, columns, values});
}

Result<Points> IntervalLog::read_points(std::string_view detector, MeasureIndex measure,
                                        SeriesIndex series, IntervalIndex from,
                                        IntervalIndex to) const {
  const auto reader = FrameReader::open(database_, detector, from, to);
  if (!reader) return reader.error();
  auto points = (*reader)->read_points(measure, series);
  if (!points) return points;
  if (auto amended = amend_points(database_, detector, measure, series, *points); !amended)
    return amended.error();
  return points;
}

Result<std::vector<IntervalQuality>> IntervalLog::read_quality(std::string_view detector,
                                                               IntervalIndex before,
                                                               std::size_t limit) const {
  const std::string activity = doing("reading the data quality", detector);
  std::vector<IntervalQuality> all;
  auto cursor =
      database_.scan(Family::quality, {detector_prefix(detector), interval_key(detector, before)},
                     {.newest_key_first = true});
  for (; cursor.valid() && all.size() < limit; cursor.next()) {
    auto quality = decode_quality(interval_in(cursor.key()), cursor.value());
    if (!quality) return while_doing(activity, quality.error());
    all.push_back(std::move(*quality));
  }
  if (auto status = cursor.status(); !status) return while_doing(activity, status.error());
  if (auto amended = amend_quality(database_, detector, all); !amended) return amended.error();
  return all;
}

Result<void> IntervalLog::drop_before(std::string_view detector, IntervalIndex first_kept) {
  const std::lock_guard lock(database_.old_frames_mutex());
  const auto before = read_first_kept(database_, detector);
  if (!before) return before.error();
  if (first_kept <= *before) return ok();
  Batch batch(database_);
  batch.put(Family::checkpoints, state_key(detector, first_kept_letter),
            encode_first_kept(first_kept));
  // Readers stop at `first_kept`; of chunks the disk is given back stretch by stretch.
  const std::string prefix = detector_prefix(detector);
  for (const char letter : frame_letters) {
    const KeyRange frames{prefix + letter, frame_key(detector, letter, first_kept)};
    if (auto erased = database_.erase_range(batch, Family::frames, frames); !erased) return erased;
  }
  const KeyRange chunks{prefix, stretch_prefix(detector, stretch_of(first_kept))};
  if (auto erased = database_.erase_range(batch, Family::chunks, chunks); !erased) return erased;
  const KeyRange quality{detector_prefix(detector), interval_key(detector, first_kept)};
  if (auto erased = database_.erase_range(batch, Family::quality, quality); !erased) return erased;
  const KeyRange lessons{state_key(detector, lessons_letter), lessons_key(detector, first_kept)};
  if (auto erased = database_.erase_range(batch, Family::checkpoints, lessons); !erased)
    return erased;
  const KeyRange amendments = outdated_amendments(detector, first_kept);
  if (auto erased = database_.erase_range(batch, Family::checkpoints, amendments); !erased)
    return erased;
  if (auto written = database_.write(batch, Durability::buffered); !written)
    return while_doing(doing("dropping old intervals", detector), written.error());
  return ok();
}

Result<bool> IntervalLog::make_chunks(std::string_view detector) {
  const std::lock_guard lock(database_.old_frames_mutex());
  auto made = StretchTurner(database_, detector).step();
  if (!made) return while_doing(doing("making chunks", detector), made.error());
  return made;
}

Result<bool> IntervalLog::reclaim_room(const std::stop_token& stop) {
  auto reclaimed = database_.reclaim(stop);
  if (!reclaimed) return while_doing("giving room back to the disk", reclaimed.error());
  return reclaimed;
}

Result<std::vector<std::string>> IntervalLog::detectors() const {
  auto detectors = detectors_with_frames(database_);
  if (!detectors) return while_doing("listing the detectors", detectors.error());
  return detectors;
}

Result<void> IntervalLog::drop_detector(std::string_view detector) {
  const std::lock_guard lock(database_.old_frames_mutex());
  Batch batch(database_);
  const KeyRange all = keys_beginning_with(detector_prefix(detector));
  for (const Family family :
       {Family::frames, Family::chunks, Family::dictionary, Family::checkpoints, Family::quality})
    if (auto erased = database_.erase_range(batch, family, all); !erased) return erased;
  if (auto erased = erase_groups(database_, batch, detector); !erased) return erased;
  if (auto erased = erase_inbox(database_, batch, detector); !erased) return erased;
  if (auto written = database_.write(batch, Durability::synced); !written)
    return while_doing("dropping detector '" + std::string(detector) + "'", written.error());
  database_.inbox_directory().forget(std::string(detector));
  return ok();
}

}  // namespace bellwether::store
