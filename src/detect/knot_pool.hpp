#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cyclic_profile.hpp"

namespace bellwether::detect {

/// Profiles of one size, kept side by side and without gaps for the series of a block that have
/// one. Memory comes in pieces of one length, so that the many blocks of a detector leave no holes
/// between each other when they grow.
class KnotPool {
 public:
  /// `has_edges` where profiles of steps may change within a knot.
  explicit KnotPool(int knot_count, bool has_edges = false)
      : knot_count_(static_cast<std::size_t>(knot_count)), has_edges_(has_edges) {}

  std::size_t knot_count() const { return knot_count_; }

  /// A new slot behind the others; what it holds is to be assigned.
  std::uint8_t add() {
    if (count_ == pieces_.size() * slots_each) pieces_.push_back(new_piece());
    const auto slot = static_cast<std::uint8_t>(count_++);
    step_in(slot) = 1;
    if (has_edges_) edges(slot) = StepEdges();
    return slot;
  }

  /// Takes a slot away. The last one moves to its place: gives the number that one had.
  std::uint8_t remove(std::uint8_t slot) {
    const auto last = static_cast<std::uint8_t>(count_ - 1);
    if (slot != last) {
      set_raw(slot, raw(last), step(last));
      if (has_edges_) edges(slot) = edges(last);
    }
    --count_;
    if (count_ + 2 * slots_each <= pieces_.size() * slots_each) pieces_.pop_back();
    return last;
  }

  PackedKnots knots(std::uint8_t slot) {
    return {std::span(piece(slot).knots).subspan(begin_of(slot), knot_count_), step_in(slot)};
  }

  bool has_edges() const { return has_edges_; }
  StepEdges& edges(std::uint8_t slot) { return piece(slot).edges[slot % slots_each]; }

  /// The same as stored.
  std::span<const std::int16_t> raw(std::uint8_t slot) const {
    return std::span(pieces_[slot / slots_each].knots).subspan(begin_of(slot), knot_count_);
  }
  float step(std::uint8_t slot) const {
    return pieces_[slot / slots_each].steps[slot % slots_each];
  }
  void set_raw(std::uint8_t slot, std::span<const std::int16_t> knots, float step) {
    std::copy(knots.begin(), knots.end(),
              piece(slot).knots.begin() + static_cast<std::ptrdiff_t>(begin_of(slot)));
    step_in(slot) = step;
  }

  std::size_t bytes() const {
    std::size_t bytes = pieces_.capacity() * sizeof(Piece);
    for (const Piece& piece : pieces_) {
      bytes += piece.knots.capacity() * sizeof(std::int16_t) +
               piece.edges.capacity() * sizeof(StepEdges);
    }
    return bytes;
  }

 private:
  static constexpr std::size_t slots_each = 8;

  struct Piece {
    std::vector<std::int16_t> knots;
    std::vector<StepEdges> edges;
    std::array<float, slots_each> steps{};
  };

  Piece new_piece() const {
    Piece piece;
    piece.knots.resize(slots_each * knot_count_);
    if (has_edges_) piece.edges.resize(slots_each);
    return piece;
  }

  Piece& piece(std::uint8_t slot) { return pieces_[slot / slots_each]; }
  float& step_in(std::uint8_t slot) { return piece(slot).steps[slot % slots_each]; }
  std::size_t begin_of(std::uint8_t slot) const { return slot % slots_each * knot_count_; }

  std::size_t knot_count_;
  bool has_edges_;
  std::vector<Piece> pieces_;
  std::size_t count_ = 0;
};

}  // namespace bellwether::detect
