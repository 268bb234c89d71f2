#include "leaf_order.hpp"

#include <algorithm>
#include <iterator>

namespace bellwether::explain {

void LeafOrder::refresh(const Dictionary& dictionary) {
  if (seen_series_ == dictionary.series_count()) return;
  const auto middle = static_cast<std::ptrdiff_t>(leaves_.size());
  for (; seen_series_ < dictionary.series_count(); ++seen_series_) {
    const auto series = static_cast<SeriesIndex>(seen_series_);
    if (dictionary.is_leaf(series)) leaves_.push_back(series);
  }
  const auto by_text = [&dictionary](SeriesIndex a, SeriesIndex b) {
    return precedes(dictionary, dictionary.combination(a), dictionary.combination(b));
  };
  std::sort(leaves_.begin() + middle, leaves_.end(), by_text);
  std::inplace_merge(leaves_.begin(), leaves_.begin() + middle, leaves_.end(), by_text);
  counts_.clear();
}

std::size_t LeafOrder::count_inside(const Dictionary& dictionary, const Combination& combination) {
  constexpr std::size_t most_remembered = 4096;
  if (const auto known = counts_.find(combination); known != counts_.end()) return known->second;
  const auto count = std::ranges::count_if(leaves_, [&](SeriesIndex leaf) {
    return is_inside(dictionary.combination(leaf), combination);
  });
  if (counts_.size() >= most_remembered) counts_.clear();
  return counts_[combination] = static_cast<std::size_t>(count);
}

}  // namespace bellwether::explain
