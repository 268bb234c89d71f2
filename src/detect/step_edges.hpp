#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bellwether::detect {

/// Where a profile of steps changes within a knot: such a knot belongs in part to the one before
/// and in part to the one after. Weekends that begin at half past seven are few edges, not many
/// knots.
class StepEdges {
 public:
  static constexpr std::size_t most = 8;

  bool empty() const { return knots_[0] == none; }

  /// The knot that stands for the point `offset` of knot `knot`.
  int knot_at(int knot, int offset, int knot_count) const {
    for (std::size_t k = 0; k < most; ++k) {
      if (knots_[k] != knot) continue;
      if (offset < offsets_[k]) return knot > 0 ? knot - 1 : knot_count - 1;
      return knot + 1 < knot_count ? knot + 1 : 0;
    }
    return knot;
  }

  /// Puts an edge before the point `offset` of a knot; false when there are `most` already.
  bool add(int knot, int offset) {
    for (std::size_t k = 0; k < most; ++k) {
      if (knots_[k] != none) continue;
      knots_[k] = static_cast<std::uint8_t>(knot);
      offsets_[k] = static_cast<std::uint8_t>(offset);
      return true;
    }
    return false;
  }

  template <class Archive>
  void describe(Archive& archive) {
    archive(knots_, offsets_);
  }

 private:
  static constexpr std::uint8_t none = UINT8_MAX;

  std::array<std::uint8_t, most> knots_{none, none, none, none, none, none, none, none};
  std::array<std::uint8_t, most> offsets_{};
};

/// Where a piece of history stands in a cycle.
struct CyclePosition {
  int first_phase = 0;
  int period = 1;
};

/// Looks for knots that the knot before explains up to a point, and the knot after from there on.
/// `values` are whole cycles without trend, NaN where missing.
StepEdges find_edges(std::span<const float> values, CyclePosition position,
                     std::span<const float> knots);

}  // namespace bellwether::detect
