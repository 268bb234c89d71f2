#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/interval_grid.hpp"

namespace bellwether::store {

// Keys of the families that hold what a detector's intervals leave behind. Each begins with the
// detector's name and a zero byte.

std::string detector_prefix(std::string_view detector);

// frames: detector, epoch, measure + 1 (0 for headings), segment, interval. An epoch is 1024
// intervals: inside it a block of series lies together over time, and retention forgets whole ones.

IntervalIndex epoch_of(IntervalIndex interval);
std::string epoch_prefix(std::string_view detector, IntervalIndex epoch);
std::string heading_key(std::string_view detector, IntervalIndex interval);
std::string segment_key(std::string_view detector, MeasureIndex measure, std::size_t segment,
                        IntervalIndex interval);

/// The parts of a key of the frames family.
struct FrameKey {
  std::string_view detector;
  IntervalIndex epoch = 0;
  std::uint16_t column = 0;  ///< 0: a heading; else the measure + 1.
  std::uint32_t segment = 0;
  IntervalIndex interval = 0;
  bool is_whole = false;  ///< Whether the key was one.
};
FrameKey read_frame_key(std::string_view key);

/// The interval of a key of frames, dictionary or quality, which all end with it.
IntervalIndex interval_in(std::string_view key);

// dictionary and quality: detector, interval.
std::string interval_key(std::string_view detector, IntervalIndex interval);

// checkpoints: detector, a letter, for `b` the block, for `l` the interval.
inline constexpr char progress_letter = 'p';
inline constexpr char grouper_letter = 'g';
inline constexpr char router_letter = 'r';
inline constexpr char first_kept_letter = 'f';
inline constexpr char block_letter = 'b';
inline constexpr char lessons_letter = 'l';

std::string state_key(std::string_view detector, char letter);
std::string block_key(std::string_view detector, std::size_t block);
std::string lessons_key(std::string_view detector, IntervalIndex interval);

}  // namespace bellwether::store
