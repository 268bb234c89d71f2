#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cyclic_profile.hpp"

namespace bellwether::detect {

/// Profiles of one size, kept for the series of a block that have one.
class KnotPool {
 public:
  explicit KnotPool(int knot_count) : knot_count_(static_cast<std::size_t>(knot_count)) {}

  std::size_t knot_count() const { return knot_count_; }

  /// A slot of its own; what it holds is left over from before.
  std::uint16_t take() {
    if (free_.empty()) {
      steps_.push_back(1);
      knots_.resize(steps_.size() * knot_count_);
      return static_cast<std::uint16_t>(steps_.size() - 1);
    }
    const std::uint16_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give_back(std::uint16_t slot) { free_.push_back(slot); }

  PackedKnots knots(std::uint16_t slot) {
    return {std::span(knots_).subspan(slot * knot_count_, knot_count_), steps_[slot]};
  }

  /// The same as stored.
  std::span<const std::int16_t> raw(std::uint16_t slot) const {
    return std::span(knots_).subspan(slot * knot_count_, knot_count_);
  }
  float step(std::uint16_t slot) const { return steps_[slot]; }
  void set_raw(std::uint16_t slot, std::span<const std::int16_t> knots, float step) {
    std::copy(knots.begin(), knots.end(),
              knots_.begin() + static_cast<std::ptrdiff_t>(slot * knot_count_));
    steps_[slot] = step;
  }

  std::size_t bytes() const {
    return knots_.capacity() * sizeof(std::int16_t) + steps_.capacity() * sizeof(float) +
           free_.capacity() * sizeof(std::uint16_t);
  }

 private:
  std::size_t knot_count_;
  std::vector<std::int16_t> knots_;
  std::vector<float> steps_;  // By slot.
  std::vector<std::uint16_t> free_;
};

}  // namespace bellwether::detect
