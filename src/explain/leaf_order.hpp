#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include "bellwether/domain/dictionary.hpp"

#include "combination.hpp"

namespace bellwether::explain {

/// All leaves of a dictionary, sorted by the text of their values: sums taken in this order are the
/// same bit for bit in whatever order series were first seen.
///
/// Cost     O(leaves) for a look at a dictionary that has grown.
class LeafOrder {
 public:
  void refresh(const Dictionary& dictionary);

  std::span<const SeriesIndex> leaves() const { return leaves_; }

  /// How many leaves match `combination`, which must be of the dictionary last looked at.
  std::size_t count_inside(const Dictionary& dictionary, const Combination& combination);

 private:
  std::size_t seen_series_ = 0;
  std::vector<SeriesIndex> leaves_;
  std::map<Combination, std::size_t> counts_;  ///< Since the last growth.
};

}  // namespace bellwether::explain
