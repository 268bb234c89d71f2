#include "combination_index.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace bellwether::explain {

Dictionary combination_table(const Dictionary& dictionary) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < dictionary.dimension_count(); ++i)
    names.push_back(dictionary.dimension_name(i));
  return Dictionary(std::move(names));
}

std::size_t CombinationIndex::add(CombinationView combination) {
  NamedValues& named = masks_[mask_of(combination)];
  named.resize(combination.size());
  for (std::size_t i = 0; i < combination.size(); ++i) {
    named[i].resize(std::max(named[i].size(), combination[i] + std::size_t{1}));
    named[i][combination[i]] = true;
  }
  return combinations_.add_series(combination);
}

}  // namespace bellwether::explain
