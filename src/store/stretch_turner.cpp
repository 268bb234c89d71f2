#include "stretch_turner.hpp"

#include <algorithm>

#include "chunk_codec.hpp"
#include "detector_keys.hpp"
#include "keys.hpp"
#include "slab_reader.hpp"

namespace bellwether::store {
namespace {

constexpr auto stretch_length = static_cast<IntervalIndex>(intervals_per_stretch);

void copy_slab(const SlabView& view, std::size_t place, std::span<SeriesColumns> series) {
  for (std::size_t i = 0; i < std::min(series.size(), view.series_count()); ++i) {
    SeriesColumns& columns = series[i];
    columns.values[place] = view.value(i);
    if (view.has_row_counts()) columns.row_counts[place] = view.row_count(i);
    columns.expected[place] = view.expected(i);
    columns.lower[place] = view.lower(i);
    columns.upper[place] = view.upper(i);
    columns.severity[place] = view.severity(i);
  }
}

}  // namespace

Result<bool> StretchTurner::step() {
  const auto place = next_place();
  if (!place) return place.error();
  if (!*place) return false;
  const IntervalIndex until = (*place)->until + stretch_length;
  const auto headings =
      SlabReader(database_, detector_, snapshot_).read_headings({(*place)->until, until});
  if (!headings) return headings.error();
  // The last frame is the largest: series are only ever added.
  const FrameHeading& largest = headings->back().heading;
  const bool is_written =
      (*place)->next_measure >= largest.measure_count || largest.slab_count() == 0;
  const auto done = is_written ? finish(until, *headings) : turn_slab(**place, *headings);
  if (!done) return done.error();
  return true;
}

Result<std::optional<ChunkedRecord>> StretchTurner::next_place() const {
  const std::optional<ChunkedRecord> nothing;
  const auto progress = read_progress(database_, detector_, &snapshot_);
  if (!progress) return progress.error();
  const auto chunked = read_chunked(database_, detector_, &snapshot_);
  if (!chunked) return chunked.error();
  if (!*progress) return nothing;
  // Where frames begin: intervals may be missing, by the thousand. What was turned before is left
  // out: walking over its erased records would cost more with every stretch.
  KeyRange headings = keys_beginning_with(detector_prefix(detector_) + heading_letter);
  if (*chunked) headings.from = heading_key(detector_, (*chunked)->until);
  const auto cursor = database_.scan(Family::frames, headings, {.snapshot = &snapshot_});
  if (auto status = cursor.status(); !status) return status.error();
  if (!cursor.valid()) return nothing;
  const IntervalIndex begin = stretch_begin(stretch_of(interval_in(cursor.key())));
  const IntervalIndex newest_kept = (*progress)->last_interval - intervals_kept_as_frames;
  if (begin + stretch_length - 1 > newest_kept) return nothing;
  if (*chunked && (*chunked)->until == begin) return *chunked;
  return std::optional(ChunkedRecord{begin, 0, 0});
}

Result<void> StretchTurner::turn_slab(const ChunkedRecord& place,
                                      std::span<const HeadedInterval> headings) {
  const std::size_t first = place.next_slab * series_per_slab;
  const std::size_t total = headings.back().heading.series_count;
  std::vector<SeriesColumns> series;
  const auto gather = [&](const HeadedInterval& headed, const SlabView& view) -> Result<void> {
    if (series.empty())
      series = empty_series(std::min(series_per_slab, total - first), intervals_per_stretch,
                            view.has_row_counts());
    if (view.has_row_counts() == series.front().row_counts.empty())
      return damaged(detector_, headed.interval, "row counts come and go");
    copy_slab(view, static_cast<std::size_t>(headed.interval - place.until), series);
    return ok();
  };
  const SlabReader reader(database_, detector_, snapshot_);
  if (auto read = reader.visit_slabs(headings, place.next_measure, place.next_slab,
                                     SlabReader::Wanted::values_and_scores, gather);
      !read)
    return read;

  Batch batch(database_);
  const IntervalIndex stretch = stretch_of(place.until);
  const std::size_t season = season_of(headings);
  for (std::size_t done = 0; done < series.size(); done += series_per_block) {
    const auto block =
        std::span(series).subspan(done, std::min(series_per_block, series.size() - done));
    batch.put(Family::chunks,
              chunk_key(detector_, stretch, place.next_measure, (first + done) / series_per_block),
              encode_chunk(block, season));
  }
  ChunkedRecord next = place;
  if (++next.next_slab >= headings.back().heading.slab_count())
    next = {place.until, place.next_measure + 1, 0};
  put_place(batch, next);
  return database_.write(batch, Durability::buffered);
}

Result<void> StretchTurner::finish(IntervalIndex until, std::span<const HeadedInterval> headings) {
  Batch batch(database_);
  const IntervalIndex stretch = stretch_of(until - 1);
  batch.put(Family::chunks, stretch_headings_key(detector_, stretch),
            encode_stretch_headings(stretch, headings));
  put_place(batch, {until, 0, 0});
  for (const char letter : frame_letters) {
    const KeyRange turned{detector_prefix(detector_) + letter, frame_key(detector_, letter, until)};
    if (auto erased = database_.erase_range(batch, Family::frames, turned); !erased) return erased;
  }
  return database_.write(batch, Durability::buffered);
}

void StretchTurner::put_place(Batch& batch, const ChunkedRecord& place) const {
  batch.put(Family::checkpoints, state_key(detector_, chunked_letter), encode_chunked(place));
}

Result<std::vector<std::string>> detectors_with_frames(const Database& database) {
  std::vector<std::string> detectors;
  auto cursor = database.scan(Family::frames, {});
  while (cursor.valid()) {
    detectors.emplace_back(read_frame_key(cursor.key()).detector);
    cursor.seek(after_prefix(detector_prefix(detectors.back())));
  }
  if (auto status = cursor.status(); !status) return status.error();
  return detectors;
}

}  // namespace bellwether::store
