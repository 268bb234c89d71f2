#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "bellwether/domain/dictionary.hpp"

namespace bellwether::explain {

/// One value or `any_value` per dimension: an element of the cube.
using Combination = std::vector<ValueId>;
using CombinationView = std::span<const ValueId>;

/// Whether every leaf of `part` is a leaf of `whole`.
inline bool is_inside(CombinationView part, CombinationView whole) {
  for (std::size_t i = 0; i < whole.size(); ++i)
    if (whole[i] != any_value && whole[i] != part[i]) return false;
  return true;
}

inline bool are_comparable(CombinationView a, CombinationView b) {
  return is_inside(a, b) || is_inside(b, a);
}

inline DimensionMask mask_of(CombinationView combination) {
  DimensionMask mask = 0;
  for (std::size_t i = 0; i < combination.size(); ++i)
    if (combination[i] != any_value) mask |= DimensionMask{1} << i;
  return mask;
}

/// `leaf` with the dimensions outside `mask` rolled up, into a place of its size.
inline void roll_up(CombinationView leaf, DimensionMask mask, std::span<ValueId> into) {
  for (std::size_t i = 0; i < into.size(); ++i)
    into[i] = (mask >> i & 1U) == 0 ? any_value : leaf[i];
}

/// Orders by the values' text, so that nothing depends on the numbers a run happened to give them.
inline bool precedes(const Dictionary& dictionary, CombinationView a, CombinationView b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    // `*` comes first, whatever characters values hold; a value may itself be the text "*".
    if (a[i] == any_value || b[i] == any_value) return a[i] == any_value;
    return dictionary.value_text(i, a[i]) < dictionary.value_text(i, b[i]);
  }
  return false;
}

}  // namespace bellwether::explain
