#include "interval_sums.hpp"

#include <utility>

namespace bellwether::explain {

IntervalSums::IntervalSums(LeafDeviations deviations, const Dictionary& dictionary)
    : dictionary_(&dictionary),
      deviations_(std::move(deviations)),
      matrix_(deviations_.measure, deviations_.aggregate),
      announced_(dictionary) {}

void IntervalSums::sum_up() {
  matrix_.add(deviations_, *dictionary_);
  inside_ = deviations_inside(deviations_, *dictionary_, announced_);
}

double IntervalSums::inside(CombinationView combination) const {
  return inside_[*announced_.find(combination)];
}

}  // namespace bellwether::explain
