#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bellwether::detect {

/// Profiles of one size, kept for the series of a block that have one.
class KnotPool {
 public:
  explicit KnotPool(int knot_count) : knot_count_(static_cast<std::size_t>(knot_count)) {}

  std::size_t knot_count() const { return knot_count_; }

  /// A slot of its own, all zero.
  std::uint16_t take() {
    if (free_.empty()) {
      knots_.resize(knots_.size() + knot_count_);
      return static_cast<std::uint16_t>(knots_.size() / knot_count_ - 1);
    }
    const std::uint16_t slot = free_.back();
    free_.pop_back();
    return slot;
  }

  void give_back(std::uint16_t slot) { free_.push_back(slot); }

  std::span<float> knots(std::uint16_t slot) {
    return std::span(knots_).subspan(slot * knot_count_, knot_count_);
  }

  std::size_t bytes() const {
    return knots_.capacity() * sizeof(float) + free_.capacity() * sizeof(std::uint16_t);
  }

 private:
  std::size_t knot_count_;
  std::vector<float> knots_;
  std::vector<std::uint16_t> free_;
};

}  // namespace bellwether::detect
