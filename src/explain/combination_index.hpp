#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "bellwether/domain/dictionary.hpp"

#include "combination.hpp"

namespace bellwether::explain {

/// An empty dictionary of the same dimensions, to number combinations of the value ids that
/// `dictionary` gives; it holds no texts.
Dictionary combination_table(const Dictionary& dictionary);

/// A few combinations that are asked, leaf by leaf, which of them the leaf lies within.
///
/// Cost     of a leaf: some loads per mask where none names its values, else one look-up of a hash
///          table.
class CombinationIndex {
 public:
  explicit CombinationIndex(const Dictionary& dictionary)
      : combinations_(combination_table(dictionary)) {}

  /// Its place; places count from 0 in the order in which combinations were first added.
  std::size_t add(CombinationView combination);

  std::size_t size() const { return combinations_.series_count(); }
  CombinationView combination(std::size_t place) const {
    return combinations_.combination(static_cast<SeriesIndex>(place));
  }
  std::optional<std::size_t> find(CombinationView combination) const {
    return combinations_.find_series(combination);
  }

  /// Calls `visit(place)` for each that `leaf` lies within, by mask.
  template <class Visit>
  void visit_around(CombinationView leaf, const Visit& visit) const {
    std::array<ValueId, std::numeric_limits<DimensionMask>::digits> room{};
    const std::span rolled(room.data(), leaf.size());
    for (const auto& [mask, named] : masks_) {
      if (!are_named(leaf, mask, named)) continue;
      roll_up(leaf, mask, rolled);
      if (const auto place = combinations_.find_series(rolled)) visit(std::size_t{*place});
    }
  }

 private:
  /// By dimension and value id, whether a combination of the mask names it.
  using NamedValues = std::vector<std::vector<bool>>;

  static bool are_named(CombinationView leaf, DimensionMask mask, const NamedValues& named) {
    for (std::size_t i = 0; i < leaf.size(); ++i) {
      if ((mask >> i & 1U) == 0) continue;
      if (leaf[i] >= named[i].size() || !named[i][leaf[i]]) return false;
    }
    return true;
  }

  Dictionary combinations_;
  std::map<DimensionMask, NamedValues> masks_;
};

}  // namespace bellwether::explain
