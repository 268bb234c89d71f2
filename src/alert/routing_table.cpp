#include "routing_table.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::alert {

RoutingTable::RoutingTable(std::span<const AlertSpec> alerts, Duration interval)
    : interval_(interval) {
  const auto number_of = [&](const std::string& dimension) {
    const auto found =
        std::ranges::find(dimensions_, dimension, &decltype(dimensions_)::value_type::first);
    if (found != dimensions_.end()) return static_cast<std::uint32_t>(found - dimensions_.begin());
    dimensions_.emplace_back(dimension, std::map<std::string, Code>());
    return static_cast<std::uint32_t>(dimensions_.size() - 1);
  };
  for (const AlertSpec& alert : alerts) {
    Rule rule;
    rule.enabled = alert.enabled;
    if (alert.severity) rule.severity = *alert.severity;
    rule.direction = alert.direction;
    rule.absolute = alert.min_change.absolute;
    rule.percent = alert.min_change.percent;
    rule.min_duration = alert.min_duration;
    rule.measures = add_codes(alert.filters.measures, measures_);
    rule.dimensions.begin = static_cast<std::uint32_t>(filters_.size());
    for (const auto& [dimension, values] : alert.filters.dimensions) {
      const auto number = number_of(dimension);
      const Range codes = add_codes(values, dimensions_[number].second);
      filters_.push_back({number, codes});
    }
    rule.dimensions.end = static_cast<std::uint32_t>(filters_.size());
    rule.has_series_conditions =
        !alert.filters.measures.empty() || !alert.filters.dimensions.empty() ||
        rule.direction != Direction::any || rule.absolute > 0 || rule.percent > 0;
    rules_.push_back(rule);
  }
}

RoutingTable::Range RoutingTable::add_codes(const std::vector<std::string>& words,
                                            std::map<std::string, Code>& numbers) {
  Range range;
  range.begin = static_cast<std::uint32_t>(codes_.size());
  for (const std::string& word : words)
    codes_.push_back(
        numbers.try_emplace(word, static_cast<Code>(numbers.size() + 1)).first->second);
  range.end = static_cast<std::uint32_t>(codes_.size());
  return range;
}

void RoutingTable::take(const AnomalyGroup& group) {
  severity_ = group.severity;
  lasted_ = (group.end - group.start) / interval_ + 1;
  series_.clear();
  values_.clear();
  present_measures_.assign(measures_.size() + 1, false);
  present_values_.resize(dimensions_.size());
  for (std::size_t d = 0; d < dimensions_.size(); ++d)
    present_values_[d].assign(dimensions_[d].second.size() + 1, false);
  const auto code_of = [](const std::map<std::string, Code>& numbers, const std::string& word) {
    const auto found = numbers.find(word);
    return found == numbers.end() ? Code{0} : found->second;
  };
  for (const GroupSeries& series : group.series) {
    const Code measure = code_of(measures_, series.key.measure);
    series_.push_back({measure, series.value, series.expected});
    present_measures_[measure] = true;
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      const auto found = series.key.dimensions.find(dimensions_[d].first);
      const bool has_value = found != series.key.dimensions.end();
      const Code value = has_value ? code_of(dimensions_[d].second, found->second) : 0;
      values_.push_back(value);
      present_values_[d][value] = true;
    }
  }
}

bool RoutingTable::passes(std::size_t alert) const {
  const Rule& rule = rules_[alert];
  if (!rule.enabled || !(severity_ >= rule.severity) || lasted_ < rule.min_duration) return false;
  if (!rule.has_series_conditions) return true;
  if (!can_pass(rule)) return false;
  for (std::size_t series = 0; series < series_.size(); ++series)
    if (admits(rule, series)) return true;
  return false;
}

bool RoutingTable::is_listed(Range codes, Code code) const {
  for (std::uint32_t i = codes.begin; i < codes.end; ++i)
    if (codes_[i] == code) return true;
  return false;
}

bool RoutingTable::any_present(Range codes, const std::vector<bool>& present) const {
  for (std::uint32_t i = codes.begin; i < codes.end; ++i)
    if (present[codes_[i]]) return true;
  return false;
}

/// Whether the group holds what the filters name at all, though not yet in one series.
bool RoutingTable::can_pass(const Rule& rule) const {
  const bool asks_for_measures = rule.measures.begin < rule.measures.end;
  if (asks_for_measures && !any_present(rule.measures, present_measures_)) return false;
  for (std::uint32_t i = rule.dimensions.begin; i < rule.dimensions.end; ++i)
    if (!any_present(filters_[i].values, present_values_[filters_[i].dimension])) return false;
  return true;
}

bool RoutingTable::admits(const Rule& rule, std::size_t number) const {
  const Series& series = series_[number];
  const bool asks_for_measures = rule.measures.begin < rule.measures.end;
  if (asks_for_measures && !is_listed(rule.measures, series.measure)) return false;
  for (std::uint32_t i = rule.dimensions.begin; i < rule.dimensions.end; ++i)
    if (!is_listed(filters_[i].values,
                   values_[number * dimensions_.size() + filters_[i].dimension]))
      return false;
  if (rule.direction == Direction::up && !(series.value > series.expected)) return false;
  if (rule.direction == Direction::down && !(series.value < series.expected)) return false;
  const double change = std::abs(series.value - series.expected);
  if (rule.absolute > 0 && !(change >= rule.absolute)) return false;
  // Where nothing was expected any change is infinitely many percent.
  return rule.percent <= 0 ||
         (change > 0 && change * 100 >= rule.percent * std::abs(series.expected));
}

}  // namespace bellwether::alert
