#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "bellwether/domain/silence.hpp"

#include "a_group.hpp"

namespace bellwether::alert {

inline const TimePoint noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 20) +
                            std::chrono::hours(12)};

/// The contract once more, as plainly as it can be written.
inline bool obviously_passes(const AlertSpec& alert, const AnomalyGroup& group) {
  if (!alert.enabled) return false;
  std::uint32_t intervals = 0;
  for (auto time = group.start; time <= group.end; time += std::chrono::hours(1)) ++intervals;
  if (intervals < alert.min_duration) return false;
  if (alert.severity && group.severity < *alert.severity) return false;
  for (const auto& series : group.series) {
    bool is_listed = alert.filters.measures.empty();
    for (const auto& measure : alert.filters.measures) is_listed |= measure == series.key.measure;
    bool has_values = true;
    for (const auto& [dimension, values] : alert.filters.dimensions) {
      bool has_value = false;
      for (const auto& [name, value] : series.key.dimensions)
        for (const auto& wanted : values) has_value |= name == dimension && value == wanted;
      has_values &= has_value;
    }
    const double change = series.value - series.expected;
    const bool goes = alert.direction == Direction::any ||
                      (alert.direction == Direction::up && change > 0) ||
                      (alert.direction == Direction::down && change < 0);
    const bool is_large = std::fabs(change) >= alert.min_change.absolute;
    const bool is_large_part = alert.min_change.percent == 0 ||
                               (series.expected == 0 ? change != 0
                                                     : std::fabs(change / series.expected) * 100 >=
                                                           alert.min_change.percent - 1e-12);
    if (is_listed && has_values && goes && is_large && is_large_part) return true;
  }
  return false;
}

class RandomCases {
 public:
  explicit RandomCases(unsigned seed) : engine_(seed) {}

  AnomalyGroup group() {
    auto group = a_group(below(101));
    const int count = 1 + below(4);
    for (int i = 0; i < count; ++i)
      group.with(measure(), dimensions(), below(20) * 5.0 - 20, below(20) * 5.0 - 20);
    return group;
  }

  AlertSpec alert() {
    auto alert = an_alert();
    if (below(2) == 0) alert.severity = below(101);
    for (int i = below(3); i > 0; --i) alert.filters.measures.push_back(measure());
    for (const auto* name : {"country", "device", "plan"}) {
      if (below(3) != 0) continue;
      for (int i = 1 + below(2); i > 0; --i) alert.filters.dimensions[name].push_back(value());
    }
    alert.direction = static_cast<Direction>(below(3));
    if (below(3) == 0) alert.min_change.absolute = below(10) * 5.0;
    if (below(3) == 0) alert.min_change.percent = below(10) * 25.0;
    if (below(4) == 0) alert.min_duration = static_cast<std::uint32_t>(1 + below(3));
    return alert;
  }

  Silence silence() {
    Silence silence;
    silence.from = noon - std::chrono::hours(below(3) - 1);
    silence.until = silence.from + std::chrono::hours(1 + below(2));
    if (below(4) == 0) silence.alert = below(2) == 0 ? "pager" : "other";
    if (below(4) == 0) silence.detector = below(2) == 0 ? "shop" : "other";
    if (below(3) == 0) silence.measure = measure();
    for (const auto* name : {"country", "device", "plan"})
      if (below(3) == 0) silence.dimensions[name] = values();
    return silence;
  }

  int below(int count) { return static_cast<int>(engine_() % static_cast<unsigned>(count)); }
  std::string measure() {
    return std::vector<std::string>{"views", "orders",
                                    "revenue"}[static_cast<std::size_t>(below(3))];
  }
  std::string value() { return std::string(1, static_cast<char>('a' + below(3))); }
  std::vector<std::string> values() {
    std::vector<std::string> values;
    for (int i = 1 + below(2); i > 0; --i) values.push_back(value());
    return values;
  }
  std::map<std::string, std::string> dimensions() {
    std::map<std::string, std::string> dimensions;
    for (const auto* name : {"country", "device", "plan"})
      if (below(3) != 0) dimensions[name] = value();
    return dimensions;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace bellwether::alert
