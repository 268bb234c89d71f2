#pragma once

#include <vector>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/scored_frame.hpp"

#include "combination.hpp"
#include "combination_index.hpp"
#include "leaf_order.hpp"

namespace bellwether::explain {

/// One leaf of one measure in one interval.
struct LeafDeviation {
  SeriesIndex series = 0;
  double value = 0;
  double expected = 0;
  double deviation = 0;  ///< Its part of the measure's deviation; see `LeafDeviations`.
  double weight = 0;     ///< How large it is, in the same unit.
};

/// By how much every leaf of a measure missed its expectation in one interval, in canonical order.
///
/// For `sum` and `count` a leaf's part is value minus expected, and a leaf without a row counts as
/// zero where a value was expected. For `avg` the parts are shares of the average's own deviation
/// (two-player Shapley value of numerator and denominator), so they add up to it. For `min` and
/// `max` a leaf's part is its own deviation; they do not add up to anything.
struct LeafDeviations {
  MeasureIndex measure = 0;
  Aggregate aggregate = Aggregate::sum;
  std::vector<LeafDeviation> leaves;
  double total = 0;  ///< What the measure as a whole missed its expectation by.
};

LeafDeviations leaf_deviations(const Frame& frame, const ScoredFrame& scored,
                               const Dictionary& dictionary, const LeafOrder& order,
                               MeasureIndex measure, Aggregate aggregate);

/// How much of the total the leaves inside each of `combinations` account for, by place.
///
/// Cost     one pass over the leaves; for `min` and `max` one for each combination.
std::vector<double> deviations_inside(const LeafDeviations& deviations,
                                      const Dictionary& dictionary,
                                      const CombinationIndex& combinations);

/// Numerator and denominator of a ratio, as counted and as forecast.
struct RatioParts {
  double numerator = 0;
  double numerator_forecast = 0;
  double denominator = 0;
  double denominator_forecast = 0;
};

/// A leaf's share of the deviation of the whole ratio; the shares of all leaves sum to
/// `A/B - F_A/F_B`. Both denominators of `whole` must not be zero.
///
/// Source   design notes "contribution matrix": Shapley value of the two players A and B.
double ratio_share(const RatioParts& leaf, const RatioParts& whole);

}  // namespace bellwether::explain
