#include "bellwether/alert/gates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

namespace bellwether::alert {
namespace {

using Candidates = std::vector<const GroupSeries*>;

std::string in_words(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", number);
  return text;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::ranges::find(list, word) != list.end();
}

bool is_of_measure(const AlertSpec& alert, const GroupSeries& series) {
  return alert.filters.measures.empty() || contains(alert.filters.measures, series.key.measure);
}

bool is_within_dimensions(const AlertSpec& alert, const GroupSeries& series) {
  return std::ranges::all_of(alert.filters.dimensions, [&](const auto& filter) {
    const auto found = series.key.dimensions.find(filter.first);
    return found != series.key.dimensions.end() && contains(filter.second, found->second);
  });
}

bool goes_that_way(const AlertSpec& alert, const GroupSeries& series) {
  switch (alert.direction) {
    case Direction::up:
      return series.value > series.expected;
    case Direction::down:
      return series.value < series.expected;
    case Direction::any:
      break;
  }
  return true;
}

bool changes_enough(const AlertSpec& alert, const GroupSeries& series) {
  const double change = std::abs(series.value - series.expected);
  const auto& least = alert.min_change;
  if (least.absolute > 0 && !(change >= least.absolute)) return false;
  // Where nothing was expected any change is infinitely many percent.
  if (least.percent > 0 &&
      !(change > 0 && change * 100 >= least.percent * std::abs(series.expected)))
    return false;
  return true;
}

std::string dimensions_in_words(const AlertSpec& alert) {
  std::string text;
  for (const auto& [dimension, values] : alert.filters.dimensions) {
    if (!text.empty()) text += " and ";
    text += dimension + " " + listed(values);
  }
  return text;
}

std::string change_in_words(const MinChange& least) {
  std::string text;
  if (least.absolute > 0) text = in_words(least.absolute);
  if (least.percent > 0) text += (text.empty() ? "" : " and ") + in_words(least.percent) + " %";
  return text;
}

/// Keeps the candidates that satisfy the gate; false when there are none.
template <class Satisfies>
bool narrow(Candidates& candidates, const AlertSpec& alert, Satisfies satisfies) {
  std::erase_if(candidates, [&](const GroupSeries* series) { return !satisfies(alert, *series); });
  return !candidates.empty();
}

bool has_series_conditions(const AlertSpec& alert) {
  return !alert.filters.measures.empty() || !alert.filters.dimensions.empty() ||
         alert.direction != Direction::any || alert.min_change.absolute > 0 ||
         alert.min_change.percent > 0;
}

std::optional<Refusal> why_no_series_passes(const AlertSpec& alert, const AnomalyGroup& group) {
  if (!has_series_conditions(alert)) return std::nullopt;
  Candidates candidates;
  for (const auto& series : group.series) candidates.push_back(&series);
  if (!narrow(candidates, alert, is_of_measure))
    return Refusal{Gate::measures,
                   "no anomalous series is of measure " + listed(alert.filters.measures)};
  if (!narrow(candidates, alert, is_within_dimensions))
    return Refusal{Gate::dimensions,
                   "no anomalous series of these measures has " + dimensions_in_words(alert)};
  if (!narrow(candidates, alert, goes_that_way))
    return Refusal{Gate::direction, "no anomalous series within the filters went " +
                                        std::string(to_string(alert.direction))};
  if (!narrow(candidates, alert, changes_enough))
    return Refusal{Gate::min_change, "no anomalous series within the filters is off by at least " +
                                         change_in_words(alert.min_change)};
  return std::nullopt;
}

}  // namespace

bool admits(const AlertSpec& alert, const GroupSeries& series) {
  return is_of_measure(alert, series) && is_within_dimensions(alert, series) &&
         goes_that_way(alert, series) && changes_enough(alert, series);
}

std::optional<Refusal> why_refused(const AlertSpec& alert, const AnomalyGroup& group,
                                   Duration interval) {
  if (!alert.enabled) return Refusal{Gate::disabled, "the alert is disabled"};
  if (alert.severity && !(group.severity >= *alert.severity))
    return Refusal{Gate::severity, "severity " + in_words(group.severity) +
                                       " is below the alert's " + in_words(*alert.severity)};
  if (auto refusal = why_no_series_passes(alert, group)) return refusal;
  const auto lasted = (group.end - group.start) / interval + 1;
  if (lasted < alert.min_duration)
    return Refusal{Gate::min_duration, "it has lasted " + std::to_string(lasted) +
                                           (lasted == 1 ? " interval" : " intervals") + " of the " +
                                           std::to_string(alert.min_duration) + " that are wanted"};
  return std::nullopt;
}

}  // namespace bellwether::alert
