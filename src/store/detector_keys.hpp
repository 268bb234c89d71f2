#pragma once

#include <array>
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

// frames: detector, a letter, interval; for slabs also measure and slab. The values of a frame lie
// together, and frames in order of time: a restart reads values alone.
inline constexpr char heading_letter = 'h';
inline constexpr char score_letter = 's';
inline constexpr char value_letter = 'v';
inline constexpr std::array frame_letters{heading_letter, score_letter, value_letter};

/// Where the records of an interval begin under one letter; the heading's own key.
std::string frame_key(std::string_view detector, char letter, IntervalIndex interval);
std::string heading_key(std::string_view detector, IntervalIndex interval);
std::string slab_key(std::string_view detector, char letter, IntervalIndex interval,
                     MeasureIndex measure, std::size_t slab);

/// The parts of a key of the frames family.
struct FrameKey {
  std::string_view detector;
  char letter = '\0';
  IntervalIndex interval = 0;
  std::uint16_t measure = 0;
  std::uint32_t slab = 0;
  bool is_whole = false;  ///< Whether the key was one.
};
FrameKey read_frame_key(std::string_view key);

// chunks: detector, stretch, measure + 1 (0 for the headings), block. A stretch is 512 intervals.

IntervalIndex stretch_of(IntervalIndex interval);
IntervalIndex stretch_begin(IntervalIndex stretch);
std::string stretch_prefix(std::string_view detector, IntervalIndex stretch);
std::string stretch_headings_key(std::string_view detector, IntervalIndex stretch);
std::string chunk_key(std::string_view detector, IntervalIndex stretch, MeasureIndex measure,
                      std::size_t block);

/// The parts of a key of the chunks family.
struct ChunkKey {
  std::string_view detector;
  IntervalIndex stretch = 0;
  std::uint16_t column = 0;  ///< 0: the headings; else the measure + 1.
  std::uint32_t block = 0;
  bool is_whole = false;
};
ChunkKey read_chunk_key(std::string_view key);

/// The interval of a key that ends with it: of headings, dictionary, quality or lessons.
IntervalIndex interval_in(std::string_view key);

// dictionary and quality: detector, interval.
std::string interval_key(std::string_view detector, IntervalIndex interval);

// checkpoints: detector, a letter, for `b` the block, for `l` the interval, for `a` see
// amendment_records.hpp.
inline constexpr char progress_letter = 'p';
inline constexpr char grouper_letter = 'g';
inline constexpr char router_letter = 'r';
inline constexpr char first_kept_letter = 'f';
inline constexpr char chunked_letter = 'c';
inline constexpr char block_letter = 'b';
inline constexpr char lessons_letter = 'l';
inline constexpr char amendments_letter = 'a';

std::string state_key(std::string_view detector, char letter);
std::string block_key(std::string_view detector, std::size_t block);
std::string lessons_key(std::string_view detector, IntervalIndex interval);

}  // namespace bellwether::store
