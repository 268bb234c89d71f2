#pragma once

#include <span>
#include <vector>

#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/scored_frame.hpp"

#include "combination.hpp"
#include "leaf_deviations.hpp"

namespace bellwether::explain {

/// A combination that stands for what went wrong with a measure in one interval, and the anomalous
/// series that are there because of it.
struct Seed {
  MeasureIndex measure = 0;
  Combination combination;
  double shift = 0;        ///< Relative change, -2 to 2: twice the deviation over value + expected.
  double gain = 0;         ///< Share of the measure's absolute leaf deviation it explains.
  bool is_strong = false;  ///< The leaves bear it out; otherwise a series that fits nowhere else.
  std::vector<Anomaly> anomalies;
};

/// Finds the few combinations that explain one measure's anomalies in one interval.
///
/// Candidates are the anomalous combinations and what two or more of them have in common, whether
/// or not that is a series or reaches the threshold. The one whose leaves agree best on one
/// relative change comes first: its gain is what is left of the leaves' absolute deviations less
/// what remains when that change is taken off all of them. A roll-up over one broken leaf and many
/// sound ones thus loses to the leaf, and wins over its leaves when all of them moved. Its leaves
/// are then set aside and the search goes on, passing over combinations that owe 40 % of their
/// deviation to leaves set aside.
///
/// Each anomaly hangs on the seed of its own sign that it lies within or that accounts for most of
/// its deviation, at least 40 %; the others stand for themselves.
///
/// Order    `anomalies` and `deviations` in the order of their values' text; seeds by gain, weak
///          ones last.
/// Cost     O((leaves + anomalies) x 2^dimensions); per seed the fits of the 256 candidates that
///          deviate most (`SeedCandidate`).
std::vector<Seed> find_seeds(const LeafDeviations& deviations, std::span<const Anomaly> anomalies,
                             const Dictionary& dictionary);

}  // namespace bellwether::explain
