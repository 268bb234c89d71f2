#pragma once

#include <vector>

#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/scored_frame.hpp"

namespace bellwether::explain {

/// By how much each dimension value pulled a measure away from what was expected, summed over the
/// intervals that were added.
///
/// Cost     O(leaves x dimensions) per interval.
/// Source   design notes "contribution matrix": additive deviations for sums, two-player Shapley
/// values
///          for averages, replacement by the forecast for minima and maxima.
class DeviationMatrix {
 public:
  DeviationMatrix() = default;
  DeviationMatrix(MeasureIndex measure, Aggregate aggregate);

  void add(const Frame& frame, const ScoredFrame& scored, const Dictionary& dictionary);

  /// Percentages of each dimension sum to 100.00, or its list is empty; by dimension name.
  std::vector<DimensionContribution> contributions(const Dictionary& dictionary) const;

  double total() const { return total_; }

  /// Signed deviation by dimension and value id.
  const std::vector<std::vector<double>>& deviations() const { return deviations_; }
  static DeviationMatrix restored(MeasureIndex measure, Aggregate aggregate, double total,
                                  std::vector<std::vector<double>> deviations);

 private:
  MeasureIndex measure_ = 0;
  Aggregate aggregate_ = Aggregate::sum;
  double total_ = 0;
  std::vector<std::vector<double>> deviations_;
};

}  // namespace bellwether::explain
