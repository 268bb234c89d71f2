#include "leaf_deviations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace bellwether::explain {
namespace {

struct LeafReading {
  double value = 0;
  double expected = 0;
  double rows = 0;
};

bool is_additive(Aggregate aggregate) {
  return aggregate == Aggregate::sum || aggregate == Aggregate::count;
}

bool is_extreme(Aggregate aggregate) {
  return aggregate == Aggregate::min || aggregate == Aggregate::max;
}

double reading_at(const std::vector<double>& column, SeriesIndex series) {
  return series < column.size() ? column[series] : std::numeric_limits<double>::quiet_NaN();
}

/// False where the leaf has nothing to say in this interval.
bool read_leaf(const MeasureColumn& column, const ScoredColumn& scores, SeriesIndex series,
               Aggregate aggregate, LeafReading& reading) {
  reading.value = reading_at(column.values, series);
  reading.expected = series < scores.expected.size() ? double{scores.expected[series]}
                                                     : std::numeric_limits<double>::quiet_NaN();
  reading.rows = 1;
  if (!std::isfinite(reading.expected)) return false;
  // An absence counts as zero where the engine has judged it as one.
  const bool is_judged = series < scores.severity.size() && std::isfinite(scores.severity[series]);
  if (std::isnan(reading.value) && is_additive(aggregate) && is_judged) reading.value = 0;
  if (!std::isfinite(reading.value)) return false;
  if (aggregate == Aggregate::avg) {
    reading.rows = reading_at(column.row_counts, series);
    return reading.rows > 0 && std::isfinite(reading.rows);
  }
  return true;
}

/// The engine forecasts averages, not how many rows there will be: the rows that came stand for
/// both denominators, so a change of the mix alone is no deviation of any leaf.
void share_out_average(LeafDeviations& deviations, const std::vector<double>& rows) {
  RatioParts whole;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& leaf = deviations.leaves[i];
    whole.numerator += leaf.value * rows[i];
    whole.numerator_forecast += leaf.expected * rows[i];
    whole.denominator += rows[i];
  }
  whole.denominator_forecast = whole.denominator;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& leaf = deviations.leaves[i];
    leaf.deviation =
        ratio_share({leaf.value * rows[i], leaf.expected * rows[i], rows[i], rows[i]}, whole);
    leaf.weight *= rows[i] / whole.denominator;
  }
}

/// What the aggregate is when the leaves inside `replaced` are as expected.
double extreme_with(const LeafDeviations& deviations, const Dictionary& dictionary,
                    std::optional<CombinationView> replaced) {
  const bool is_max = deviations.aggregate == Aggregate::max;
  double extreme =
      is_max ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  for (const auto& leaf : deviations.leaves) {
    const bool is_replaced = replaced && is_inside(dictionary.combination(leaf.series), *replaced);
    const double reading = is_replaced ? leaf.expected : leaf.value;
    extreme = is_max ? std::max(extreme, reading) : std::min(extreme, reading);
  }
  return extreme;
}

}  // namespace

double ratio_share(const RatioParts& leaf, const RatioParts& whole) {
  const double half = 0.5;
  return (leaf.numerator - leaf.numerator_forecast) * half *
             (1 / whole.denominator + 1 / whole.denominator_forecast) -
         half * (whole.numerator + whole.numerator_forecast) *
             (leaf.denominator - leaf.denominator_forecast) /
             (whole.denominator * whole.denominator_forecast);
}

LeafDeviations leaf_deviations(const Frame& frame, const ScoredFrame& scored,
                               const Dictionary& dictionary, const LeafOrder& order,
                               MeasureIndex measure, Aggregate aggregate) {
  LeafDeviations deviations{measure, aggregate, {}, 0};
  std::vector<double> rows;
  LeafReading reading;
  deviations.leaves.reserve(order.leaves().size());
  for (const SeriesIndex series : order.leaves()) {
    if (!read_leaf(frame.measures[measure], scored.measures[measure], series, aggregate, reading))
      continue;
    deviations.leaves.push_back({series, reading.value, reading.expected,
                                 reading.value - reading.expected,
                                 (std::abs(reading.value) + std::abs(reading.expected)) / 2});
    if (aggregate == Aggregate::avg) rows.push_back(reading.rows);
  }
  if (deviations.leaves.empty()) return deviations;
  if (aggregate == Aggregate::avg) share_out_average(deviations, rows);
  if (is_extreme(aggregate)) {
    const Combination everything(dictionary.dimension_count(), any_value);
    deviations.total =
        extreme_with(deviations, dictionary, {}) - extreme_with(deviations, dictionary, everything);
  } else {
    for (const auto& leaf : deviations.leaves) deviations.total += leaf.deviation;
  }
  return deviations;
}

std::vector<double> deviations_inside(const LeafDeviations& deviations,
                                      const Dictionary& dictionary,
                                      const CombinationIndex& combinations) {
  std::vector<double> inside(combinations.size(), 0.0);
  if (deviations.leaves.empty()) return inside;
  if (is_extreme(deviations.aggregate)) {
    const double extreme = extreme_with(deviations, dictionary, {});
    for (std::size_t i = 0; i < inside.size(); ++i)
      inside[i] = extreme - extreme_with(deviations, dictionary, combinations.combination(i));
    return inside;
  }
  for (const auto& leaf : deviations.leaves)
    combinations.visit_around(dictionary.combination(leaf.series),
                              [&](std::size_t i) { inside[i] += leaf.deviation; });
  return inside;
}

}  // namespace bellwether::explain
