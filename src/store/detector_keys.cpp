#include "detector_keys.hpp"

#include <algorithm>

#include "chunk_codec.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t interval_bytes = 8;

std::string stretch_key(std::string_view detector, IntervalIndex stretch, std::uint16_t column,
                        std::size_t block) {
  return KeyWriter()
      .name(detector)
      .interval(stretch)
      .number(column)
      .number(static_cast<std::uint32_t>(block))
      .take();
}

}  // namespace

std::string detector_prefix(std::string_view detector) { return KeyWriter().name(detector).take(); }

std::string frame_key(std::string_view detector, char letter, IntervalIndex interval) {
  return KeyWriter().name(detector).kind(letter).interval(interval).take();
}

std::string heading_key(std::string_view detector, IntervalIndex interval) {
  return frame_key(detector, heading_letter, interval);
}

std::string slab_key(std::string_view detector, char letter, IntervalIndex interval,
                     MeasureIndex measure, std::size_t slab) {
  return KeyWriter()
      .name(detector)
      .kind(letter)
      .interval(interval)
      .number(static_cast<std::uint16_t>(measure))
      .number(static_cast<std::uint32_t>(slab))
      .take();
}

FrameKey read_frame_key(std::string_view key) {
  KeyReader reader(key);
  FrameKey parts;
  parts.detector = reader.name();
  parts.letter = reader.kind();
  parts.interval = reader.interval();
  if (parts.letter != heading_letter) {
    parts.measure = reader.number<std::uint16_t>();
    parts.slab = reader.number<std::uint32_t>();
  }
  parts.is_whole =
      reader.is_complete() && std::ranges::find(frame_letters, parts.letter) != frame_letters.end();
  return parts;
}

IntervalIndex stretch_of(IntervalIndex interval) {
  static_assert(intervals_per_stretch == 1U << 9U);
  return interval >> 9;  // Rounds down, also below zero.
}

IntervalIndex stretch_begin(IntervalIndex stretch) {
  return stretch * static_cast<IntervalIndex>(intervals_per_stretch);
}

std::string stretch_prefix(std::string_view detector, IntervalIndex stretch) {
  return KeyWriter().name(detector).interval(stretch).take();
}

std::string stretch_headings_key(std::string_view detector, IntervalIndex stretch) {
  return stretch_key(detector, stretch, 0, 0);
}

std::string chunk_key(std::string_view detector, IntervalIndex stretch, MeasureIndex measure,
                      std::size_t block) {
  return stretch_key(detector, stretch, static_cast<std::uint16_t>(measure + 1), block);
}

ChunkKey read_chunk_key(std::string_view key) {
  KeyReader reader(key);
  ChunkKey parts;
  parts.detector = reader.name();
  parts.stretch = reader.interval();
  parts.column = reader.number<std::uint16_t>();
  parts.block = reader.number<std::uint32_t>();
  parts.is_whole = reader.is_complete();
  return parts;
}

IntervalIndex interval_in(std::string_view key) {
  if (key.size() < interval_bytes) return 0;
  return KeyReader(key.substr(key.size() - interval_bytes)).interval();
}

std::string interval_key(std::string_view detector, IntervalIndex interval) {
  return KeyWriter().name(detector).interval(interval).take();
}

std::string state_key(std::string_view detector, char letter) {
  return KeyWriter().name(detector).kind(letter).take();
}

std::string block_key(std::string_view detector, std::size_t block) {
  return KeyWriter().name(detector).kind(block_letter).number(std::uint64_t{block}).take();
}

std::string lessons_key(std::string_view detector, IntervalIndex interval) {
  return KeyWriter().name(detector).kind(lessons_letter).interval(interval).take();
}

}  // namespace bellwether::store
