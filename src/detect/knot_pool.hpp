#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cyclic_profile.hpp"

namespace bellwether::detect {

/// Profiles of one size, kept side by side and without gaps for the series of a block that have
/// one.
class KnotPool {
 public:
  /// `has_edges` where profiles of steps may change within a knot.
  explicit KnotPool(int knot_count, bool has_edges = false)
      : knot_count_(static_cast<std::size_t>(knot_count)), has_edges_(has_edges) {}

  std::size_t knot_count() const { return knot_count_; }

  /// A new slot behind the others; what it holds is to be assigned.
  std::uint8_t add() {
    if (steps_.size() == steps_.capacity()) reserve(steps_.size() + spare_slots);
    steps_.push_back(1);
    knots_.resize(knots_.size() + knot_count_);
    if (has_edges_) edges_.emplace_back();
    return static_cast<std::uint8_t>(steps_.size() - 1);
  }

  /// Takes a slot away. The last one moves to its place: gives the number that one had.
  std::uint8_t remove(std::uint8_t slot) {
    const auto last = static_cast<std::uint8_t>(steps_.size() - 1);
    if (slot != last) set_raw(slot, raw(last), steps_[last]);
    steps_.pop_back();
    if (has_edges_) {
      edges_[slot] = edges_[last];
      edges_.pop_back();
    }
    knots_.resize(knots_.size() - knot_count_);
    if (steps_.capacity() >= steps_.size() + 2 * spare_slots) {
      steps_.shrink_to_fit();
      knots_.shrink_to_fit();
      edges_.shrink_to_fit();
    }
    return last;
  }

  PackedKnots knots(std::uint8_t slot) {
    return {std::span(knots_).subspan(slot * knot_count_, knot_count_), steps_[slot]};
  }

  bool has_edges() const { return has_edges_; }
  StepEdges& edges(std::uint8_t slot) { return edges_[slot]; }

  /// The same as stored.
  std::span<const std::int16_t> raw(std::uint8_t slot) const {
    return std::span(knots_).subspan(slot * knot_count_, knot_count_);
  }
  float step(std::uint8_t slot) const { return steps_[slot]; }
  void set_raw(std::uint8_t slot, std::span<const std::int16_t> knots, float step) {
    std::copy(knots.begin(), knots.end(),
              knots_.begin() + static_cast<std::ptrdiff_t>(slot * knot_count_));
    steps_[slot] = step;
  }

  std::size_t bytes() const {
    return knots_.capacity() * sizeof(std::int16_t) + steps_.capacity() * sizeof(float) +
           edges_.capacity() * sizeof(StepEdges);
  }

 private:
  static constexpr std::size_t spare_slots = 8;  // Memory grows by so many at a time.

  void reserve(std::size_t slots) {
    steps_.reserve(slots);
    knots_.reserve(slots * knot_count_);
    if (has_edges_) edges_.reserve(slots);
  }

  std::size_t knot_count_;
  bool has_edges_;
  std::vector<std::int16_t> knots_;
  std::vector<float> steps_;      // By slot.
  std::vector<StepEdges> edges_;  // By slot.
};

}  // namespace bellwether::detect
