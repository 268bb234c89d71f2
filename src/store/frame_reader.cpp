#include "frame_reader.hpp"

#include <algorithm>

#include "state_records.hpp"

namespace bellwether::store {

Result<std::unique_ptr<FrameReader>> FrameReader::open(const Database& database,
                                                       std::string_view detector,
                                                       IntervalIndex from, IntervalIndex to) {
  std::unique_ptr<FrameReader> reader(new FrameReader(database, detector));
  const auto progress = read_progress(database, detector, &reader->snapshot_);
  if (!progress) return progress.error();
  const auto first_kept = read_first_kept(database, detector, &reader->snapshot_);
  if (!first_kept) return first_kept.error();
  const auto chunked = read_chunked(database, detector, &reader->snapshot_);
  if (!chunked) return chunked.error();
  if (!*progress) return reader;
  // Cut to what exists, so that a range without bounds costs no more than there is.
  const IntervalRange all{std::max({from, *first_kept, (*progress)->first_interval}),
                          std::min(to, (*progress)->last_interval + 1)};
  const IntervalIndex border = *chunked ? (*chunked)->until : all.from;
  reader->in_chunks_ = {all.from, std::min(all.to, border)};
  reader->in_slabs_ = {std::max(all.from, border), all.to};
  return reader;
}

Result<void> FrameReader::read_frames(const FrameVisitor& visit) const {
  if (auto read = stretches_.read_frames(in_chunks_, visit); !read) return read;
  return slabs_.read_frames(in_slabs_, visit);
}

Result<void> FrameReader::read_values(const ValueRoom& room) const {
  if (auto read = stretches_.read_values(in_chunks_, room); !read) return read;
  return slabs_.read_values(in_slabs_, room);
}

Result<Points> FrameReader::read_points(MeasureIndex measure, SeriesIndex series) const {
  Points points;
  if (auto read = stretches_.read_points(in_chunks_, measure, series, points); !read)
    return read.error();
  if (auto read = slabs_.read_points(in_slabs_, measure, series, points); !read)
    return read.error();
  return points;
}

}  // namespace bellwether::store
