#include "slab_reader.hpp"

#include <algorithm>
#include <optional>

#include "detector_keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t long_run_bytes = std::size_t{2} << 20U;

void copy_slab(const SlabView& slab, std::size_t first, MeasureColumn& column) {
  if (slab.has_row_counts() && column.row_counts.empty())
    column.row_counts.resize(column.values.size());
  for (std::size_t i = 0; i < slab.series_count(); ++i) {
    column.values[first + i] = slab.value(i);
    if (slab.has_row_counts()) column.row_counts[first + i] = slab.row_count(i);
  }
}

}  // namespace

Cursor SlabReader::open(char letter, const IntervalRange& range,
                        std::size_t readahead_bytes) const {
  return database_.scan(
      Family::frames,
      {frame_key(detector_, letter, range.from), frame_key(detector_, letter, range.to)},
      {.snapshot = &snapshot_, .is_bulk = readahead_bytes > 0, .readahead_bytes = readahead_bytes});
}

Result<std::string_view> SlabReader::read_slab(Cursor& cursor, char letter, IntervalIndex interval,
                                               MeasureIndex measure, std::size_t slab) const {
  const std::string key = slab_key(detector_, letter, interval, measure, slab);
  if (!cursor.valid() || cursor.key() != key) cursor.seek(key);
  if (auto status = cursor.status(); !status) return status.error();
  if (!cursor.valid() || cursor.key() != key)
    return damaged(detector_, interval, "the frame lacks slabs");
  return cursor.value();
}

Result<std::vector<HeadedInterval>> SlabReader::read_headings(const IntervalRange& range) const {
  std::vector<HeadedInterval> headings;
  if (range.is_empty()) return headings;
  auto cursor = database_.scan(
      Family::frames, {heading_key(detector_, range.from), heading_key(detector_, range.to)},
      {.snapshot = &snapshot_});
  for (; cursor.valid(); cursor.next()) {
    const IntervalIndex interval = interval_in(cursor.key());
    const auto heading = decode_heading(cursor.value());
    if (!heading) return damaged(detector_, interval, heading.error().message);
    headings.push_back({interval, *heading});
  }
  if (auto status = cursor.status(); !status) return status.error();
  return headings;
}

Result<void> SlabReader::visit_slabs(std::span<const HeadedInterval> headings, MeasureIndex measure,
                                     std::size_t slab, Wanted wanted,
                                     const SlabVisitor& visit) const {
  if (headings.empty()) return ok();
  const IntervalRange range{headings.front().interval, headings.back().interval + 1};
  Cursor values = open(value_letter, range, 0);
  std::optional<Cursor> scores;
  if (wanted == Wanted::values_and_scores) scores.emplace(open(score_letter, range, 0));
  for (const HeadedInterval& headed : headings) {
    const IntervalIndex interval = headed.interval;
    if (measure >= headed.heading.measure_count || slab >= headed.heading.slab_count()) continue;
    const auto record = read_slab(values, value_letter, interval, measure, slab);
    if (!record) return record.error();
    auto view = SlabView::open(*record);
    if (!view) return damaged(detector_, interval, view.error().message);
    if (scores) {
      const auto scored = read_slab(*scores, score_letter, interval, measure, slab);
      if (!scored) return scored.error();
      if (auto added = view->add_scores(*scored); !added)
        return damaged(detector_, interval, added.error().message);
    }
    if (auto visited = visit(headed, *view); !visited) return visited;
    if (headed.heading.measure_count * headed.heading.slab_count() > 1) continue;
    // The next frame's only slab comes next.
    values.next();
    if (scores) scores->next();
  }
  return ok();
}

Result<void> SlabReader::fill_frame(Cursor& cursor, const HeadedInterval& headed,
                                    Frame& frame) const {
  const FrameHeading& heading = headed.heading;
  for (MeasureIndex measure = 0; measure < heading.measure_count; ++measure) {
    for (std::size_t slab = 0; slab < heading.slab_count(); ++slab, cursor.next()) {
      const auto record = read_slab(cursor, value_letter, headed.interval, measure, slab);
      if (!record) return record.error();
      const auto view = SlabView::open(*record);
      if (!view) return damaged(detector_, headed.interval, view.error().message);
      const std::size_t first = slab * series_per_slab;
      if (first + view->series_count() > frame.series_count)
        return damaged(detector_, headed.interval, "a slab does not fit its frame");
      copy_slab(*view, first, frame.measures[measure]);
    }
  }
  return ok();
}

Result<void> SlabReader::read_frames(const IntervalRange& range, const FrameVisitor& visit) const {
  const auto headings = read_headings(range);
  if (!headings) return headings.error();
  if (headings->empty()) return ok();
  Cursor cursor = open(value_letter, range, long_run_bytes);
  for (const HeadedInterval& headed : *headings) {
    Frame frame = empty_frame(headed);
    if (auto filled = fill_frame(cursor, headed, frame); !filled) return filled;
    if (auto visited = visit(frame); !visited) return visited;
  }
  return ok();
}

Result<void> SlabReader::read_values(const IntervalRange& range, const ValueRoom& room) const {
  const auto headings = read_headings(range);
  if (!headings) return headings.error();
  for (std::size_t slab = room.first_series / series_per_slab;
       slab * series_per_slab < room.last_series(); ++slab) {
    const std::size_t base = slab * series_per_slab;
    const auto copy = [&](const HeadedInterval& headed, const SlabView& view) {
      const std::size_t end = std::min(room.last_series(), base + view.series_count());
      for (std::size_t series = std::max(room.first_series, base); series < end; ++series)
        room.at(series, headed.interval) = static_cast<float>(view.value(series - base));
      return ok();
    };
    if (auto read = visit_slabs(*headings, room.measure, slab, Wanted::values, copy); !read)
      return read;
  }
  return ok();
}

Result<void> SlabReader::read_points(const IntervalRange& range, MeasureIndex measure,
                                     SeriesIndex series, Points& points) const {
  const auto headings = read_headings(range);
  if (!headings) return headings.error();
  std::size_t at = points.intervals.size();
  for (const auto& [interval, heading] : *headings) points.add(interval, heading.start);
  const std::size_t place = series % series_per_slab;
  const auto copy = [&](const HeadedInterval& headed, const SlabView& view) -> Result<void> {
    while (points.intervals[at] != headed.interval) ++at;
    if (place >= view.series_count()) return ok();
    points.values[at] = view.value(place);
    points.row_counts[at] = view.row_count(place);
    points.expected[at] = view.expected(place);
    points.lower[at] = view.lower(place);
    points.upper[at] = view.upper(place);
    points.severity[at] = view.severity(place);
    return ok();
  };
  return visit_slabs(*headings, measure, series / series_per_slab, Wanted::values_and_scores, copy);
}

}  // namespace bellwether::store
