#include "scenario_makers.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::lab {

double rounded(double value, int decimals) {
  double unit = 1;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  return std::floor(value * unit + 0.5) / unit;
}

std::vector<std::vector<std::string>> all_combinations(
    const std::vector<std::vector<std::string>>& values) {
  std::vector<std::vector<std::string>> combinations{{}};
  for (const auto& dimension : values) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& combination : combinations) {
      for (const auto& value : dimension) {
        longer.push_back(combination);
        longer.back().push_back(value);
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

bool Event::concerns(const std::vector<std::string>& dimensions) const {
  for (std::size_t i = 0; i < where.size(); ++i)
    if (where[i] && *where[i] != dimensions[i]) return false;
  return true;
}

double factor_of(const std::vector<Event>& events, std::size_t stage,
                 const std::vector<std::string>& dimensions) {
  double factor = 1;
  for (const auto& event : events)
    if (event.stage == stage && event.concerns(dimensions)) factor *= event.factor;
  return factor;
}

void let_time_pass(std::vector<Event>& events) {
  for (auto& event : events) --event.intervals_left;
  std::erase_if(events, [](const Event& event) { return event.intervals_left <= 0; });
}

}  // namespace bellwether::lab
