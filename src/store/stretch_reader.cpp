#include "stretch_reader.hpp"

#include <algorithm>

#include "chunk_codec.hpp"
#include "detector_keys.hpp"

namespace bellwether::store {
namespace {

/// How many values of frames are in memory at once.
constexpr std::size_t max_values_at_once = std::size_t{16} << 20U;

/// How many stretches of one series are in memory at once.
constexpr IntervalIndex stretches_at_once = 64;

std::size_t frames_at_once(const FrameHeading& heading) {
  const std::size_t values = std::max<std::size_t>(1, heading.series_count * heading.measure_count);
  return std::max<std::size_t>(1, max_values_at_once / values);
}

}  // namespace

Error StretchReader::in_stretch(IntervalIndex stretch, const Error& error) const {
  return while_doing("detector '" + detector_ + "', stretch from interval " +
                         std::to_string(stretch_begin(stretch)),
                     error);
}

template <class Visit>
Result<void> StretchReader::for_each_stretch(const IntervalRange& range, Visit visit) const {
  if (range.is_empty()) return ok();
  for (IntervalIndex stretch = stretch_of(range.from); stretch <= stretch_of(range.to - 1);
       ++stretch)
    if (auto visited = visit(stretch); !visited) return visited;
  return ok();
}

Result<std::vector<HeadedInterval>> StretchReader::read_headings(IntervalIndex stretch,
                                                                 const IntervalRange& range) const {
  const auto record =
      database_.get(Family::chunks, stretch_headings_key(detector_, stretch), &snapshot_);
  if (!record) return record.error();
  if (!*record) return std::vector<HeadedInterval>();
  auto headings = decode_stretch_headings(stretch, **record);
  if (!headings) return in_stretch(stretch, headings.error());
  std::erase_if(*headings, [&](const auto& headed) { return !range.contains(headed.interval); });
  return headings;
}

Result<std::optional<std::string>> StretchReader::read_chunk(IntervalIndex stretch,
                                                             MeasureIndex measure,
                                                             std::size_t block) const {
  return database_.get(Family::chunks, chunk_key(detector_, stretch, measure, block), &snapshot_);
}

Result<void> StretchReader::fill_block(IntervalIndex stretch, MeasureIndex measure,
                                       std::size_t block, std::span<Frame> frames) const {
  const auto record = read_chunk(stretch, measure, block);
  if (!record) return record.error();
  if (!*record)
    return corrupt("measure " + std::to_string(measure) + ", block " + std::to_string(block) +
                   ": the chunk is missing");
  const auto view = ChunkView::open(**record);
  if (!view) return view.error();
  SeriesColumns columns;
  for (std::size_t i = 0; i < view->series_count(); ++i) {
    if (auto read = view->read_values(i, columns); !read) return read;
    const std::size_t series = block * series_per_block + i;
    for (Frame& frame : frames) {
      const auto place = static_cast<std::size_t>(frame.interval - stretch_begin(stretch));
      if (series >= frame.series_count || measure >= frame.measures.size() ||
          place >= view->place_count())
        continue;
      MeasureColumn& column = frame.measures[measure];
      column.values[series] = columns.values[place];
      if (!view->has_row_counts()) continue;
      if (column.row_counts.empty()) column.row_counts.resize(column.values.size());
      column.row_counts[series] = columns.row_counts[place];
    }
  }
  return ok();
}

Result<void> StretchReader::fill_frames(IntervalIndex stretch, std::span<Frame> frames) const {
  // The last frame is the largest: series are only ever added.
  const Frame& largest = frames.back();
  const std::size_t blocks = (largest.series_count + series_per_block - 1) / series_per_block;
  for (MeasureIndex measure = 0; measure < largest.measures.size(); ++measure)
    for (std::size_t block = 0; block < blocks; ++block)
      if (auto filled = fill_block(stretch, measure, block, frames); !filled)
        return in_stretch(stretch, filled.error());
  return ok();
}

Result<void> StretchReader::read_frames(const IntervalRange& range,
                                        const FrameVisitor& visit) const {
  return for_each_stretch(range, [&](IntervalIndex stretch) -> Result<void> {
    const auto headings = read_headings(stretch, range);
    if (!headings) return headings.error();
    for (std::size_t done = 0; done < headings->size();) {
      const std::size_t end =
          std::min(headings->size(), done + frames_at_once(headings->back().heading));
      std::vector<Frame> frames;
      for (; done < end; ++done) frames.push_back(empty_frame((*headings)[done]));
      if (auto filled = fill_frames(stretch, frames); !filled) return filled;
      for (const Frame& frame : frames)
        if (auto visited = visit(frame); !visited) return visited;
    }
    return ok();
  });
}

Result<void> StretchReader::read_values(const IntervalRange& range, const ValueRoom& room) const {
  SeriesColumns columns;
  const auto copy = [&](IntervalIndex stretch, std::size_t block) -> Result<void> {
    const auto record = read_chunk(stretch, room.measure, block);
    if (!record) return record.error();
    if (!*record) return ok();
    const auto view = ChunkView::open(**record);
    if (!view) return view.error();
    const IntervalIndex begin = stretch_begin(stretch);
    const auto part =
        range.cut_to({begin, begin + static_cast<IntervalIndex>(view->place_count())});
    const std::size_t base = block * series_per_block;
    const std::size_t end = std::min(room.last_series(), base + view->series_count());
    for (std::size_t series = std::max(room.first_series, base); series < end; ++series) {
      if (auto read = view->read_values(series - base, columns); !read) return read;
      for (IntervalIndex i = part.from; i < part.to; ++i)
        room.at(series, i) =
            static_cast<float>(columns.values[static_cast<std::size_t>(i - begin)]);
    }
    return ok();
  };
  return for_each_stretch(range, [&](IntervalIndex stretch) -> Result<void> {
    for (std::size_t block = room.first_series / series_per_block;
         block * series_per_block < room.last_series(); ++block)
      if (auto copied = copy(stretch, block); !copied) return in_stretch(stretch, copied.error());
    return ok();
  });
}

Result<void> StretchReader::read_points(const IntervalRange& range, MeasureIndex measure,
                                        SeriesIndex series, Points& points) const {
  if (range.is_empty()) return ok();
  struct Part {
    Points points;
    Result<void> read = ok();
  };
  const IntervalIndex end = stretch_of(range.to - 1) + 1;
  for (IntervalIndex first = stretch_of(range.from); first < end; first += stretches_at_once) {
    std::vector<Part> parts(static_cast<std::size_t>(std::min(end - first, stretches_at_once)));
    database_.read_side_by_side(parts.size(), [&](std::size_t i) {
      const IntervalIndex stretch = first + static_cast<IntervalIndex>(i);
      parts[i].read = read_points_of(stretch, range, measure, series, parts[i].points);
    });
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (!parts[i].read)
        return in_stretch(first + static_cast<IntervalIndex>(i), parts[i].read.error());
      points.append(parts[i].points);
    }
  }
  return ok();
}

Result<void> StretchReader::read_points_of(IntervalIndex stretch, const IntervalRange& range,
                                           MeasureIndex measure, SeriesIndex series,
                                           Points& points) const {
  const auto headings = read_headings(stretch, range);
  if (!headings) return headings.error();
  if (headings->empty()) return ok();
  for (const auto& [interval, heading] : *headings) points.add(interval, heading.start);
  const FrameHeading& largest = headings->back().heading;
  if (measure >= largest.measure_count || series >= largest.series_count) return ok();

  const auto record = read_chunk(stretch, measure, series / series_per_block);
  if (!record) return record.error();
  if (!*record) return corrupt("the chunk is missing");
  const auto view = ChunkView::open(**record);
  if (!view) return view.error();
  const std::size_t row = series % series_per_block;
  if (row >= view->series_count()) return ok();
  SeriesColumns columns;
  if (auto read = view->read(row, columns); !read) return read;
  std::size_t at = 0;
  for (const auto& [interval, heading] : *headings) {
    const auto place = static_cast<std::size_t>(interval - stretch_begin(stretch));
    if (place < view->place_count()) {
      points.values[at] = columns.values[place];
      if (view->has_row_counts()) points.row_counts[at] = columns.row_counts[place];
      points.expected[at] = columns.expected[place];
      points.lower[at] = columns.lower[place];
      points.upper[at] = columns.upper[place];
      points.severity[at] = columns.severity[place];
    }
    ++at;
  }
  return ok();
}

}  // namespace bellwether::store
