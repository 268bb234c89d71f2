#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "combination.hpp"
#include "leaf_deviations.hpp"

namespace bellwether::explain {

/// What owes as much of its deviation to a seed hangs on it.
inline constexpr double least_share_to_hang_on = 0.4;

/// One relative change for many leaves, and what it explains.
struct SeedFit {
  double shift = 0;
  double gain = 0;  ///< Absolute deviation that the change takes off the leaves.
};

/// A combination that may become a seed, with its leaves.
///
/// Cost     a fit adds up only the parts of the leaves in which some were set aside since the last
///          one; O(leaves) more where the change might be worth something.
class SeedCandidate {
 public:
  explicit SeedCandidate(CombinationView combination)
      : combination_(combination.begin(), combination.end()) {}

  const Combination& combination() const { return combination_; }

  /// Places in the deviations, ascending.
  std::span<const std::uint32_t> leaves() const { return leaves_; }
  void add_leaf(std::uint32_t place);

  /// That one of its leaves has been set aside.
  void note_taken(std::uint32_t place);

  /// Fits it to the leaves not set aside; `is_taken` goes by place.
  void refit(const LeafDeviations& deviations, const std::vector<bool>& is_taken);

  /// The change that its leaves agreed on; nothing if it hardly explained them, or if those set
  /// aside explain as much.
  const std::optional<SeedFit>& fit() const { return fit_; }

 private:
  struct Sums {
    double deviation = 0;  ///< Of leaves not set aside, as are `size` and `weight`.
    double size = 0;
    double weight = 0;
    double explained = 0;  ///< Deviation of leaves set aside.
  };
  struct Part {
    Sums sums;
    bool is_stale = true;
  };

  std::span<const std::uint32_t> leaves_of_part(std::size_t part) const;
  Sums sum_up(const LeafDeviations& deviations, const std::vector<bool>& is_taken);
  std::optional<SeedFit> best_fit(const LeafDeviations& deviations,
                                  const std::vector<bool>& is_taken);

  Combination combination_;
  std::vector<std::uint32_t> leaves_;
  std::vector<Part> parts_;
  bool is_stale_ = true;
  std::optional<SeedFit> fit_;
};

}  // namespace bellwether::explain
