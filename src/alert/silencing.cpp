#include "bellwether/alert/silencing.hpp"

#include <algorithm>

#include "bellwether/alert/gates.hpp"

namespace bellwether::alert {
namespace {

bool is_listed(const std::vector<std::string>& values, const std::string& value) {
  return std::ranges::find(values, value) != values.end();
}

bool is_in_force(const ZonedSilence& zoned, TimePoint time) {
  const Silence& silence = zoned.silence;
  if (time < silence.from || (silence.until && time >= *silence.until)) return false;
  return !silence.recurring ||
         occurrence_at(*silence.recurring, zoned.zone, silence.from, time).has_value();
}

bool matches(const Silence& silence, const SeriesKey& key) {
  if (!silence.measure.empty() && silence.measure != key.measure) return false;
  return std::ranges::all_of(silence.dimensions, [&](const auto& wanted) {
    const auto found = key.dimensions.find(wanted.first);
    return found != key.dimensions.end() && is_listed(wanted.second, found->second);
  });
}

bool is_against(const Silence& silence, const SeriesKey& key) {
  if (!silence.measure.empty() && silence.measure != key.measure) return true;
  return std::ranges::any_of(silence.dimensions, [&](const auto& wanted) {
    const auto found = key.dimensions.find(wanted.first);
    return found != key.dimensions.end() && !is_listed(wanted.second, found->second);
  });
}

bool is_about(const Silence& silence, const AlertSpec& alert, const AnomalyGroup& group) {
  if (!silence.alert.empty() && silence.alert != alert.name) return false;
  if (!silence.detector.empty() && silence.detector != group.detector) return false;
  if (!silence.anomaly.empty() && silence.anomaly != group.id) return false;
  if (silence.measure.empty() && silence.dimensions.empty()) return true;
  bool is_matched = false;
  for (const auto& series : group.series) {
    if (!admits(alert, series)) continue;
    if (is_against(silence, series.key)) return false;
    is_matched = is_matched || matches(silence, series.key);
  }
  return is_matched;
}

}  // namespace

bool is_silenced(const ZonedSilence& silence, const AlertSpec& alert, const AnomalyGroup& group,
                 TimePoint time, Duration interval) {
  const bool is_now = is_in_force(silence, time);
  const bool was_when_it_began =
      silence.silence.until_closed && is_in_force(silence, group.start + interval);
  return (is_now || was_when_it_began) && is_about(silence.silence, alert, group);
}

}  // namespace bellwether::alert
