#include "erased_ranges.hpp"

#include <utility>

namespace bellwether::store {

void ErasedRanges::add(const std::vector<ErasedRange>& ranges) {
  const std::lock_guard lock(mutex_);
  ranges_.insert(ranges_.end(), ranges.begin(), ranges.end());
}

std::vector<ErasedRange> ErasedRanges::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(ranges_, {});
}

}  // namespace bellwether::store
