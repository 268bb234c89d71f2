#include "detector_keys.hpp"

#include "frame_codec.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t interval_bytes = 8;

std::string frame_key(std::string_view detector, std::uint16_t column, std::size_t segment,
                      IntervalIndex interval) {
  return KeyWriter()
      .name(detector)
      .interval(epoch_of(interval))
      .number(column)
      .number(static_cast<std::uint32_t>(segment))
      .interval(interval)
      .take();
}

}  // namespace

std::string detector_prefix(std::string_view detector) { return KeyWriter().name(detector).take(); }

IntervalIndex epoch_of(IntervalIndex interval) {
  static_assert(intervals_per_epoch == IntervalIndex{1} << 10);
  return interval >> 10;  // Rounds down, also below zero.
}

std::string epoch_prefix(std::string_view detector, IntervalIndex epoch) {
  return KeyWriter().name(detector).interval(epoch).take();
}

std::string heading_key(std::string_view detector, IntervalIndex interval) {
  return frame_key(detector, 0, 0, interval);
}

std::string segment_key(std::string_view detector, MeasureIndex measure, std::size_t segment,
                        IntervalIndex interval) {
  return frame_key(detector, static_cast<std::uint16_t>(measure + 1), segment, interval);
}

FrameKey read_frame_key(std::string_view key) {
  KeyReader reader(key);
  FrameKey parts;
  parts.detector = reader.name();
  parts.epoch = reader.interval();
  parts.column = reader.number<std::uint16_t>();
  parts.segment = reader.number<std::uint32_t>();
  parts.interval = reader.interval();
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
