#pragma once

#include <vector>

#include "bellwether/domain/dictionary.hpp"
#include "bellwether/explain/contributions.hpp"

#include "combination_index.hpp"
#include "leaf_deviations.hpp"

namespace bellwether::explain {

/// What an interval did to one measure, in the sums that open groups keep: the leaves are gone
/// through once for all groups.
class IntervalSums {
 public:
  /// `dictionary` must outlive it.
  IntervalSums(LeafDeviations deviations, const Dictionary& dictionary);

  /// That `inside` will be asked for a combination.
  void announce(CombinationView combination) { announced_.add(combination); }

  /// After everything was announced; only then can the sums be asked for.
  void sum_up();

  double total() const { return deviations_.total; }
  const DeviationMatrix& matrix() const { return matrix_; }

  /// How much of the total the leaves inside `combination` account for.
  double inside(CombinationView combination) const;

 private:
  const Dictionary* dictionary_;
  LeafDeviations deviations_;
  DeviationMatrix matrix_;
  CombinationIndex announced_;
  std::vector<double> inside_;  ///< By place among those announced.
};

}  // namespace bellwether::explain
