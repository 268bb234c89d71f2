#include "frame_reader.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "detector_keys.hpp"
#include "state_records.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t long_run_bytes = std::size_t{256} << 10U;
constexpr std::size_t max_frames_at_once = 256;
constexpr std::size_t max_values_at_once = std::size_t{4} << 20U;

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
constexpr float no_score = std::numeric_limits<float>::quiet_NaN();

/// How many frames are read side by side: the records of one segment lie together over time, so
/// the more frames at once, the fewer seeks; but each takes memory.
std::size_t frames_at_once(const FrameHeading& heading) {
  const std::size_t values = std::max<std::size_t>(1, heading.series_count * heading.measure_count);
  return std::clamp<std::size_t>(max_values_at_once / values, 1, max_frames_at_once);
}

Frame empty_frame(IntervalIndex interval, const FrameHeading& heading) {
  Frame frame{interval, heading.start, heading.series_count, {}, heading.source};
  frame.measures.resize(heading.measure_count);
  for (MeasureColumn& column : frame.measures) column.values.assign(heading.series_count, no_value);
  return frame;
}

void copy_segment(const SegmentView& segment, std::size_t first, MeasureColumn& column) {
  if (segment.has_row_counts() && column.row_counts.empty())
    column.row_counts.resize(column.values.size());
  for (std::size_t i = 0; i < segment.series_count(); ++i) {
    column.values[first + i] = segment.value(i);
    if (segment.has_row_counts()) column.row_counts[first + i] = segment.row_count(i);
  }
}

}  // namespace

Result<std::unique_ptr<FrameReader>> FrameReader::open(const Database& database,
                                                       std::string_view detector,
                                                       IntervalIndex from, IntervalIndex to) {
  std::unique_ptr<FrameReader> reader(new FrameReader(database, detector));
  const auto progress = read_progress(database, detector, &reader->snapshot_);
  if (!progress) return progress.error();
  const auto first_kept = read_first_kept(database, detector, &reader->snapshot_);
  if (!first_kept) return first_kept.error();
  if (*progress) {
    // Cut to what exists, so that a range without bounds costs no more than there is.
    reader->from_ = std::max({from, *first_kept, (*progress)->first_interval});
    reader->to_ = std::min(to, (*progress)->last_interval + 1);
  }
  return reader;
}

Error FrameReader::damaged(IntervalIndex interval, const std::string& what) const {
  return corrupt("detector '" + detector_ + "', interval " + std::to_string(interval) + ": " +
                 what);
}

template <class Visit>
Result<void> FrameReader::for_each_epoch(Visit visit) const {
  for (IntervalIndex from = from_; from < to_;) {
    const IntervalIndex end = std::min(to_, (epoch_of(from) + 1) * intervals_per_epoch);
    if (auto visited = visit(from, end); !visited) return visited;
    from = end;
  }
  return ok();
}

template <class Visit>
Result<void> FrameReader::for_each_record(Cursor& cursor, MeasureIndex measure, std::size_t segment,
                                          IntervalIndex from, IntervalIndex to, Visit visit) const {
  const std::string end = segment_key(detector_, measure, segment, to - 1);
  cursor.seek(segment_key(detector_, measure, segment, from));
  for (; cursor.valid() && cursor.key() <= end; cursor.next()) {
    const IntervalIndex interval = interval_in(cursor.key());
    const auto view = SegmentView::open(cursor.value());
    if (!view) return damaged(interval, view.error().message);
    if (auto visited = visit(interval, *view); !visited) return visited;
  }
  return cursor.status();
}

Cursor FrameReader::open_epoch(IntervalIndex interval, std::size_t readahead_bytes) const {
  return database_.scan(
      Family::frames, keys_beginning_with(epoch_prefix(detector_, epoch_of(interval))),
      {.snapshot = &snapshot_, .is_bulk = readahead_bytes > 0, .readahead_bytes = readahead_bytes});
}

Result<std::vector<FrameReader::HeadedInterval>> FrameReader::read_headings(
    Cursor& cursor, IntervalIndex from, IntervalIndex to) const {
  std::vector<HeadedInterval> headings;
  const std::string end = heading_key(detector_, to - 1);
  cursor.seek(heading_key(detector_, from));
  for (; cursor.valid() && cursor.key() <= end; cursor.next()) {
    const IntervalIndex interval = interval_in(cursor.key());
    const auto heading = decode_heading(cursor.value());
    if (!heading) return damaged(interval, heading.error().message);
    headings.emplace_back(interval, *heading);
  }
  if (auto status = cursor.status(); !status) return status.error();
  return headings;
}

Result<void> FrameReader::fill_frames(Cursor& cursor, std::span<const HeadedInterval> headings,
                                      std::span<Frame> frames) const {
  // The last frame is the largest: series are only ever added.
  const FrameHeading& largest = headings.back().second;
  std::vector<std::size_t> segments_read(frames.size());
  for (MeasureIndex measure = 0; measure < largest.measure_count; ++measure) {
    for (std::size_t segment = 0; segment < largest.segment_count(); ++segment) {
      const std::size_t first = segment * series_per_segment;
      std::size_t at = 0;
      const auto copy = [&](IntervalIndex interval, const SegmentView& view) -> Result<void> {
        while (at < frames.size() && frames[at].interval < interval) ++at;
        if (at == frames.size() || frames[at].interval != interval) return ok();
        Frame& frame = frames[at];
        if (measure >= frame.measures.size() || first + view.series_count() > frame.series_count)
          return damaged(interval, "a segment does not fit its frame");
        copy_segment(view, first, frame.measures[measure]);
        ++segments_read[at];
        return ok();
      };
      if (auto read = for_each_record(cursor, measure, segment, frames.front().interval,
                                      frames.back().interval + 1, copy);
          !read)
        return read;
    }
  }
  for (std::size_t i = 0; i < frames.size(); ++i)
    if (segments_read[i] != headings[i].second.segment_count() * headings[i].second.measure_count)
      return damaged(frames[i].interval, "the frame lacks segments");
  return ok();
}

Result<void> FrameReader::read_frames(
    const std::function<Result<void>(const Frame&)>& visit) const {
  return for_each_epoch([&](IntervalIndex from, IntervalIndex to) -> Result<void> {
    Cursor cursor = open_epoch(from, 0);
    const auto headings = read_headings(cursor, from, to);
    if (!headings) return headings.error();
    for (std::size_t done = 0; done < headings->size();) {
      const std::size_t last =
          std::min(headings->size(), done + frames_at_once((*headings)[done].second));
      const auto these = std::span(*headings).subspan(done, last - done);
      std::vector<Frame> frames;
      for (const auto& [interval, heading] : these)
        frames.push_back(empty_frame(interval, heading));
      if (auto filled = fill_frames(cursor, these, frames); !filled) return filled;
      for (const Frame& frame : frames)
        if (auto visited = visit(frame); !visited) return visited;
      done = last;
    }
    return ok();
  });
}

Result<void> FrameReader::read_values(MeasureIndex measure, SeriesIndex first_series,
                                      std::size_t series_count, IntervalIndex origin,
                                      std::size_t columns, std::span<float> values) const {
  const std::size_t last_series = first_series + series_count;
  return for_each_epoch([&](IntervalIndex from, IntervalIndex to) -> Result<void> {
    Cursor cursor = open_epoch(from, to - from > 64 ? long_run_bytes : 0);
    for (std::size_t segment = first_series / series_per_segment;
         segment * series_per_segment < last_series; ++segment) {
      const std::size_t base = segment * series_per_segment;
      const std::size_t first = std::max<std::size_t>(first_series, base);
      const std::size_t wanted = std::min(last_series, base + series_per_segment) - first;
      const auto copy = [&](IntervalIndex interval, const SegmentView& view) -> Result<void> {
        if (view.series_count() <= first - base) return ok();
        const std::size_t count = std::min(wanted, view.series_count() - (first - base));
        view.copy_values(first - base, count,
                         values.data() + (first - first_series) * columns +
                             static_cast<std::size_t>(interval - origin),
                         columns);
        return ok();
      };
      if (auto read = for_each_record(cursor, measure, segment, from, to, copy); !read) return read;
    }
    return ok();
  });
}

Result<Points> FrameReader::read_points(MeasureIndex measure, SeriesIndex series) const {
  Points points;
  const std::size_t segment = series / series_per_segment;
  const std::size_t place = series % series_per_segment;
  auto read = for_each_epoch([&](IntervalIndex from, IntervalIndex to) -> Result<void> {
    Cursor cursor = open_epoch(from, to - from > 64 ? long_run_bytes : 0);
    const auto headings = read_headings(cursor, from, to);
    if (!headings) return headings.error();
    const std::size_t before = points.intervals.size();
    for (const auto& [interval, heading] : *headings) {
      points.intervals.push_back(interval);
      points.starts.push_back(heading.start);
    }
    points.values.resize(points.intervals.size(), no_value);
    for (auto* column : {&points.expected, &points.lower, &points.upper, &points.severity})
      column->resize(points.intervals.size(), no_score);
    std::size_t at = before;
    return for_each_record(cursor, measure, segment, from, to,
                           [&](IntervalIndex interval, const SegmentView& view) -> Result<void> {
                             while (at < points.intervals.size() && points.intervals[at] < interval)
                               ++at;
                             if (at == points.intervals.size() ||
                                 points.intervals[at] != interval || place >= view.series_count())
                               return ok();
                             points.values[at] = view.value(place);
                             points.expected[at] = view.expected(place);
                             points.lower[at] = view.lower(place);
                             points.upper[at] = view.upper(place);
                             points.severity[at] = view.severity(place);
                             return ok();
                           });
  });
  if (!read) return read.error();
  return points;
}

}  // namespace bellwether::store
