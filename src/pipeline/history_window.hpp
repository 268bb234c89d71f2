#pragma once

#include <cstddef>
#include <vector>

#include "bellwether/detect/history.hpp"
#include "bellwether/domain/frame.hpp"

namespace bellwether::pipeline {

/// The newest intervals of every series in memory, laid out for refits: blocks of neighbouring
/// series, each with its intervals side by side.
///
/// It is a copy of what the store holds, and gives way when it would grow beyond its budget: the
/// caller then reads the store instead.
///
/// Units    float, NaN for a gap.
/// Threads  one writer between frames; any number of readers meanwhile.
/// Cost     4 bytes per series and interval, at most `max_intervals` of them.
class HistoryWindow final : public detect::History {
 public:
  static constexpr std::size_t max_intervals = 8192;

  HistoryWindow(std::size_t measure_count, std::size_t budget_bytes);

  /// How much it may hold from the next interval on.
  void set_budget(std::size_t bytes) { budget_bytes_ = bytes; }

  std::size_t bytes() const;

  /// Takes the next interval; those between it and the one before become gaps, and one in which the
  /// source was not well is a gap too: what came of it is not to be learnt from.
  void append(const Frame& frame);

  /// Lets go of its memory, as if the budget had been too small.
  void give_up();

  /// False once the budget was too small: `read` must then not be called.
  bool is_complete() const { return is_complete_; }

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override;

 private:
  static constexpr std::size_t block_series = 64;

  /// The values of 64 series: `capacity` rows, one per interval, used as a ring.
  struct Block {
    std::vector<float> values;
  };

  static std::size_t bytes_of(std::size_t block_count, std::size_t capacity) {
    return block_count * block_series * capacity * sizeof(float);
  }
  void grow_to(std::size_t series_count);
  void grow_capacity();
  void clear_row(IntervalIndex interval);
  std::size_t row_of(IntervalIndex interval) const;

  std::size_t budget_bytes_;
  bool is_complete_ = true;
  std::size_t capacity_ = 64;
  IntervalIndex first_ = 0;  ///< Oldest interval held.
  IntervalIndex end_ = 0;    ///< One past the newest.
  std::vector<std::vector<Block>> measures_;
};

}  // namespace bellwether::pipeline
