#pragma once

#include <vector>

#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/scored_frame.hpp"

namespace bellwether::explain {

struct LeafDeviations;

/// By how much each dimension value pulled a measure away from what was expected, summed over the
/// intervals that were added.
///
/// Sums and counts add up what each leaf missed its expectation by; a leaf without a row counts as
/// zero where a value was expected. Averages share out the deviation of the average over all
/// leaves, each leaf's average weighted by its rows; as nobody forecasts rows, those that came
/// stand for the forecast denominator too. For minima and maxima a value's part is what would
/// change if its leaves had been as expected.
///
/// Order    sums run over the leaves by the text of their values, so they are the same bit for bit
///          in whatever order series were first seen.
/// Cost     O(leaves x dimensions) per interval.
/// Source   design notes "contribution matrix": two-player Shapley values for averages.
class DeviationMatrix {
 public:
  DeviationMatrix() = default;
  DeviationMatrix(MeasureIndex measure, Aggregate aggregate);

  /// Sorts the leaves at each call; the grouper, who keeps them sorted, uses the next one.
  void add(const Frame& frame, const ScoredFrame& scored, const Dictionary& dictionary);
  void add(const LeafDeviations& interval, const Dictionary& dictionary);

  /// What other intervals of the same measure brought.
  void add(const DeviationMatrix& other);

  /// Percentages of each dimension sum to 100.00, or its list is empty; by dimension name. Values
  /// whose part is less than half a hundredth of a percent are left out.
  std::vector<DimensionContribution> contributions(const Dictionary& dictionary) const;

  double total() const { return total_; }

  /// Signed deviation by dimension and value id.
  const std::vector<std::vector<double>>& deviations() const { return deviations_; }
  static DeviationMatrix restored(MeasureIndex measure, Aggregate aggregate, double total,
                                  std::vector<std::vector<double>> deviations);

 private:
  void add_extremes(const LeafDeviations& interval, const Dictionary& dictionary);
  double& cell(std::size_t dimension, ValueId value);

  MeasureIndex measure_ = 0;
  Aggregate aggregate_ = Aggregate::sum;
  double total_ = 0;
  std::vector<std::vector<double>> deviations_;
};

/// Rounds `shares`, which are not negative, to hundredths of a percent of their sum so that they
/// add up to 100.00 exactly: the largest remainders are rounded up, the earlier one on a tie.
/// All zero when the sum is.
std::vector<double> percentages(const std::vector<double>& shares);

}  // namespace bellwether::explain
