#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/lab/scenario.hpp"

namespace bellwether::lab {

Scenario make_ecommerce(std::uint64_t seed);
Scenario make_airquality(std::uint64_t seed);
Scenario make_adtech(std::uint64_t seed);

/// Rounds as files show it, so that rows in memory and in files are the same.
double rounded(double value, int decimals);

/// Every combination of one value per dimension, the last dimension changing fastest.
std::vector<std::vector<std::string>> all_combinations(
    const std::vector<std::vector<std::string>>& values);

/// Something that goes wrong for a while, with one of the scenario's stages, in part of the cube.
struct Event {
  std::size_t stage = 0;
  double factor = 1;
  std::vector<std::optional<std::string>> where;  ///< By dimension; absent means all values.
  int intervals_left = 0;

  bool concerns(const std::vector<std::string>& dimensions) const;
};

/// What open events make of one stage for one leaf: 1 when nothing is wrong.
double factor_of(const std::vector<Event>& events, std::size_t stage,
                 const std::vector<std::string>& dimensions);

/// One interval has passed; events that are over are dropped.
void let_time_pass(std::vector<Event>& events);

}  // namespace bellwether::lab
