#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

#include "chunk_codec.hpp"
#include "detector_keys.hpp"
#include "frame_codec.hpp"
#include "verifier.hpp"

// Frames and chunks: each record by itself, and all against the headings.

namespace bellwether::store {
namespace {

std::string at(std::string_view detector, IntervalIndex interval) {
  return "detector '" + std::string(detector) + "', interval " + std::to_string(interval);
}

std::string in_stretch(const ChunkKey& key) {
  return "detector '" + std::string(key.detector) + "', stretch from interval " +
         std::to_string(stretch_begin(key.stretch));
}

std::string in_chunk(const ChunkKey& key) {
  return in_stretch(key) + ": measure " + std::to_string(key.column - 1) + ", block " +
         std::to_string(key.block);
}

std::string of_series(std::size_t count, std::size_t expected, std::string_view record) {
  return "a " + std::string(record) + " of " + std::to_string(count) + " series where " +
         std::to_string(expected) + " belong";
}

/// How many series of `total` are in part `number`, if parts have `size`.
std::size_t part_of(std::size_t total, std::size_t number, std::size_t size) {
  const std::size_t first = number * size;
  return first < total ? std::min(size, total - first) : 0;
}

bool has_score(const SeriesColumns& columns, std::size_t place) {
  return !std::isnan(columns.expected[place]) || !std::isnan(columns.lower[place]) ||
         !std::isnan(columns.upper[place]) || !std::isnan(columns.severity[place]);
}

/// Counts the slabs of one frame after the other, its values and its scores by themselves.
struct SlabCount {
  std::string detector;
  char letter = '\0';
  IntervalIndex interval = 0;
  std::size_t slabs = 0;
  const FrameHeading* heading = nullptr;

  bool is_of(const FrameKey& key) const {
    return slabs > 0 && key.detector == detector && key.letter == letter &&
           key.interval == interval;
  }
  bool is_whole() const {
    return heading == nullptr || slabs == heading->slab_count() * heading->measure_count;
  }
};

/// What is wrong with a slab, if anything.
std::string slab_fault(const FrameKey& key, std::string_view value, const FrameHeading* heading) {
  const auto series =
      key.letter == value_letter ? series_with_values(value) : series_with_scores(value);
  if (!series) return series.error().message;
  if (heading == nullptr) return "a slab without its frame's heading";
  if (key.measure >= heading->measure_count || key.slab >= heading->slab_count())
    return "a slab beyond the frame's series or measures";
  const std::size_t expected = part_of(heading->series_count, key.slab, series_per_slab);
  return *series == expected ? "" : of_series(*series, expected, "slab");
}

}  // namespace

void Verifier::check_frames() {
  SlabCount count;
  std::map<std::string, std::size_t, std::less<>> with_slabs;  // Of each detector.
  const auto finish = [&] {
    if (!count.is_whole())
      damage(at(count.detector, count.interval) + ": the frame has " + std::to_string(count.slabs) +
             " of its " +
             std::to_string(count.heading->slab_count() * count.heading->measure_count) +
             " slabs of " + (count.letter == value_letter ? "values" : "scores"));
  };
  // A detector's headings come before its slabs.
  for_each(Family::frames, "", [&](std::string_view key, std::string_view value) {
    const FrameKey parts = read_frame_key(key);
    if (!parts.is_whole) return damage("frames: a key that does not read");
    if (parts.letter == heading_letter) return check_heading(key, value);
    if (!count.is_of(parts)) {
      finish();
      const auto& headings = detectors_[std::string(parts.detector)].headings;
      const auto found = headings.find(parts.interval);
      count = {std::string(parts.detector), parts.letter, parts.interval, 0,
               found == headings.end() ? nullptr : &found->second};
      if (count.heading != nullptr) ++with_slabs[count.detector];
    }
    ++count.slabs;
    if (const auto fault = slab_fault(parts, value, count.heading); !fault.empty())
      damage(at(parts.detector, parts.interval) + ": measure " + std::to_string(parts.measure) +
             ", slab " + std::to_string(parts.slab) + ": " + fault);
  });
  finish();
  for (const auto& [detector, parts] : detectors_) {
    const auto expected = std::ranges::count_if(parts.headings, [](const auto& headed) {
      return headed.second.slab_count() * headed.second.measure_count > 0;
    });
    if (const auto lacking = 2 * static_cast<std::size_t>(expected) - with_slabs[detector];
        lacking > 0)
      damage("detector '" + detector + "': " + std::to_string(lacking) +
             " times all values or all scores of a frame are missing");
  }
}

void Verifier::check_heading(std::string_view key, std::string_view value) {
  const FrameKey parts = read_frame_key(key);
  const auto heading = decode_heading(value);
  if (!heading) return damage(at(parts.detector, parts.interval) + ": " + heading.error().message);
  DetectorParts& detector = detectors_[std::string(parts.detector)];
  if (detector.chunked && parts.interval < detector.chunked->until)
    damage(at(parts.detector, parts.interval) +
           ": the frame is there although its stretch is in chunks");
  detector.headings.emplace(parts.interval, *heading);
  detector.frames.insert(parts.interval);
  ++report_.intervals;
}

void Verifier::check_chunks() {
  // Headings first in each stretch, by the order of keys.
  std::map<std::string, std::map<IntervalIndex, std::size_t>, std::less<>> chunks;
  for_each(Family::chunks, "", [&](std::string_view key, std::string_view value) {
    const ChunkKey parts = read_chunk_key(key);
    if (!parts.is_whole) return damage("chunks: a key that does not read");
    if (parts.column == 0) return check_stretch_headings(key, value);
    ++chunks[std::string(parts.detector)][parts.stretch];
    check_chunk(key, value);
  });
  for (const auto& [name, stretches] : chunk_counts_) {
    for (const auto& [stretch, expected] : stretches) {
      const std::size_t found = chunks[name][stretch];
      if (found != expected)
        damage("detector '" + name + "', stretch from interval " +
               std::to_string(stretch_begin(stretch)) + ": " + std::to_string(found) + " of its " +
               std::to_string(expected) + " chunks are there");
    }
  }
}

void Verifier::check_stretch_headings(std::string_view key, std::string_view value) {
  const ChunkKey parts = read_chunk_key(key);
  const auto headings = decode_stretch_headings(parts.stretch, value);
  if (!headings) return damage(in_stretch(parts) + ": " + headings.error().message);
  DetectorParts& detector = detectors_[std::string(parts.detector)];
  if (!detector.chunked || stretch_begin(parts.stretch) >= detector.chunked->until)
    damage(in_stretch(parts) + ": its headings are in chunks although it is not turned");
  for (const HeadedInterval& headed : *headings) {
    detector.headings.emplace(headed.interval, headed.heading);
    detector.frames.insert(headed.interval);
    ++report_.intervals;
  }
  if (headings->empty()) return;
  const FrameHeading& largest = headings->back().heading;
  chunk_counts_[std::string(parts.detector)][parts.stretch] =
      largest.measure_count * largest.block_count();
}

void Verifier::check_chunk(std::string_view key, std::string_view value) {
  const ChunkKey parts = read_chunk_key(key);
  const DetectorParts& detector = detectors_[std::string(parts.detector)];
  const auto view = ChunkView::open(value);
  if (!view) return damage(in_chunk(parts) + ": " + view.error().message);
  const IntervalIndex begin = stretch_begin(parts.stretch);
  // A stretch that is being turned has its headings in the frames still.
  const bool is_turned = detector.chunked && begin < detector.chunked->until;
  if (!is_turned && (!detector.chunked || begin != detector.chunked->until))
    return damage(in_chunk(parts) + ": a chunk of a stretch that is not turned");
  const auto end =
      detector.headings.lower_bound(begin + static_cast<IntervalIndex>(intervals_per_stretch));
  if (end == detector.headings.begin() || std::prev(end)->first < begin) {
    if (begin >= kept_from(detector))
      damage(in_chunk(parts) + ": a chunk of a stretch without frames");
    return;  // Of what retention has left.
  }
  const FrameHeading& largest = std::prev(end)->second;
  if (parts.column > largest.measure_count || parts.block >= largest.block_count())
    return damage(in_chunk(parts) + ": a chunk beyond the frames' series or measures");
  const std::size_t expected = part_of(largest.series_count, parts.block, series_per_block);
  if (view->series_count() != expected)
    return damage(in_chunk(parts) + ": " + of_series(view->series_count(), expected, "chunk"));

  SeriesColumns columns;
  for (std::size_t i = 0; i < view->series_count(); ++i) {
    const std::size_t series = parts.block * series_per_block + i;
    const auto read = view->read(i, columns);
    const std::string fault =
        read ? series_fault(columns, series, begin, detector) : read.error().message;
    if (!fault.empty())
      return damage(in_chunk(parts) + ", series " + std::to_string(series) + ": " + fault);
  }
}

/// What of a series lies where its frames have nothing, if anything.
std::string Verifier::series_fault(const SeriesColumns& columns, std::size_t series,
                                   IntervalIndex begin, const DetectorParts& detector) {
  for (std::size_t place = 0; place < columns.values.size(); ++place) {
    if (std::isnan(columns.values[place]) && !has_score(columns, place)) continue;
    const IntervalIndex interval = begin + static_cast<IntervalIndex>(place);
    if (interval < kept_from(detector)) continue;
    const auto heading = detector.headings.find(interval);
    if (heading == detector.headings.end())
      return "values at interval " + std::to_string(interval) + ", which has no frame";
    if (series >= heading->second.series_count)
      return "values at interval " + std::to_string(interval) + ", which has only " +
             std::to_string(heading->second.series_count) + " series";
  }
  return {};
}

}  // namespace bellwether::store
