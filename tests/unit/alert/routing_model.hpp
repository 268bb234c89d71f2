#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/alert/alert_router.hpp"

#include "random_cases.hpp"

namespace bellwether::alert {

/// Who is told of what, written as plainly as it can be said: one alert at a time, one group at a
/// time, nothing remembered but what was said.
class RoutingModel {
 public:
  struct Said {
    std::string alert;
    std::string sink;
    GroupEvent event;
    std::vector<std::string> groups;  ///< The first, then the others.

    auto operator<=>(const Said&) const = default;
  };
  struct Held {
    std::string alert;
    std::string group;
    Gate gate;

    auto operator<=>(const Held&) const = default;
  };
  struct Answer {
    std::multiset<Said> said;
    std::multiset<Held> held;
  };

  Answer route(const AlertRules& rules, const std::vector<AnomalyGroup>& groups, TimePoint time) {
    Answer answer;
    for (const AlertSpec& alert : rules.alerts) route_one(alert, rules, groups, time, answer);
    for (const AnomalyGroup& group : groups)
      if (group.status == GroupStatus::closed)
        std::erase_if(memory_, [&](const auto& entry) { return entry.first.second == group.id; });
    return answer;
  }

 private:
  struct Memory {
    bool passed = false;
    bool spoke = false;
    double severity = 0;
    std::uint64_t series = 0;
    std::optional<Gate> held;
  };
  using Line = std::pair<GroupEvent, AnomalyGroup>;

  void route_one(const AlertSpec& alert, const AlertRules& rules,
                 const std::vector<AnomalyGroup>& groups, TimePoint time, Answer& answer) {
    if (alert.detector != "shop" || !alert.enabled) return;
    std::vector<Line> lines;
    const auto hold = [&](const AnomalyGroup& group, Gate gate) {
      Memory& memory = memory_[{alert.name, group.id}];
      if (memory.held != gate) answer.held.insert({alert.name, group.id, gate});
      memory.held = gate;
    };
    const auto say = [&](const AnomalyGroup& group, GroupEvent event) {
      memory_[{alert.name, group.id}].spoke = true;
      memory_[{alert.name, group.id}].held.reset();
      lines.emplace_back(event, group);
    };
    const auto quiet = quiet_until_.find(alert.name);
    const bool is_cooling =
        alert.cooldown.count() > 0 && quiet != quiet_until_.end() && time < quiet->second;
    for (const AnomalyGroup& group : groups) {
      const bool is_muted = std::ranges::any_of(rules.silences, [&](const ZonedSilence& silence) {
        return obviously_silenced(silence.silence, alert, group, time);
      });
      if (group.status == GroupStatus::closed) {
        const auto known = memory_.find({alert.name, group.id});
        if (known == memory_.end() || !known->second.passed) continue;
        if (!wants(alert, GroupEvent::closed)) continue;
        if (is_muted && !known->second.spoke)
          hold(group, Gate::silence);
        else
          say(group, GroupEvent::closed);
        continue;
      }
      if (!obviously_passes(alert, group)) continue;
      std::size_t more_severe = 0;
      for (const AnomalyGroup& other : groups)
        if (other.status == GroupStatus::open && obviously_passes(alert, other) &&
            (other.severity > group.severity ||
             (other.severity == group.severity && other.id < group.id)))
          ++more_severe;
      if (alert.top_n > 0 && more_severe >= alert.top_n) {
        hold(group, Gate::top_n);
        continue;
      }
      Memory before = memory_[{alert.name, group.id}];
      const bool is_first = !before.passed;
      const bool is_worse =
          group.severity - before.severity >= 10 || group.series_total >= before.series * 2;
      if (!is_first && !(is_worse && wants(alert, GroupEvent::escalated))) continue;
      if (is_muted) {
        hold(group, Gate::silence);
      } else if (!is_first && rules.acknowledged.contains(group.id)) {
        hold(group, Gate::acknowledged);
      } else if (is_first && !wants(alert, GroupEvent::opened)) {
        note(alert, group);
        hold(group, Gate::notify_on);
      } else if (is_cooling) {
        hold(group, Gate::cooldown);
      } else {
        note(alert, group);
        say(group, is_first ? GroupEvent::opened : GroupEvent::escalated);
      }
    }
    for (const auto& [event, group] : lines)
      if (event != GroupEvent::closed && alert.cooldown.count() > 0)
        quiet_until_[alert.name] = time + alert.cooldown;
    tell(alert, lines, answer);
  }

  static void tell(const AlertSpec& alert, const std::vector<Line>& lines, Answer& answer) {
    const std::set<std::string> sinks(alert.sinks.begin(), alert.sinks.end());
    for (const std::string& sink : sinks) {
      if (!alert.batch)
        for (const auto& [event, group] : lines)
          answer.said.insert({alert.name, sink, event, {group.id}});
      if (!alert.batch || lines.empty()) continue;
      std::vector<Line> ranked = lines;
      std::ranges::sort(ranked, [](const Line& a, const Line& b) {
        const bool a_over = a.first == GroupEvent::closed;
        const bool b_over = b.first == GroupEvent::closed;
        if (a_over != b_over) return b_over;
        if (a.second.severity != b.second.severity) return a.second.severity > b.second.severity;
        return a.second.id < b.second.id;
      });
      Said said{alert.name, sink, ranked.front().first, {}};
      for (const Line& line : ranked) said.groups.push_back(line.second.id);
      answer.said.insert(said);
    }
  }

  void note(const AlertSpec& alert, const AnomalyGroup& group) {
    Memory& memory = memory_[{alert.name, group.id}];
    memory.passed = true;
    memory.severity = group.severity;
    memory.series = group.series_total;
  }

  static bool wants(const AlertSpec& alert, GroupEvent event) {
    for (const GroupEvent wanted : alert.notify_on)
      if (wanted == event) return true;
    return false;
  }

  /// Times are whole hours, windows are in UTC, on every week from the first day on.
  static bool obviously_in_force(const Silence& silence, TimePoint time) {
    if (time < silence.from) return false;
    if (silence.until && time >= *silence.until) return false;
    if (!silence.recurring) return true;
    const auto begin_of_first_day = std::chrono::floor<std::chrono::days>(silence.from);
    for (auto day = begin_of_first_day; day <= time; day += std::chrono::days(1)) {
      if (!silence.recurring->rule.weekdays.at(std::chrono::weekday(day).c_encoding())) continue;
      for (auto minute = silence.recurring->from; minute < end_of(*silence.recurring);
           minute += std::chrono::hours(1))
        if (day + minute == time) return true;
    }
    return false;
  }

  static std::chrono::minutes end_of(const WeeklyWindow& window) {
    return window.until > window.from ? window.until : window.until + std::chrono::hours(24);
  }

  static bool obviously_silenced(const Silence& silence, const AlertSpec& alert,
                                 const AnomalyGroup& group, TimePoint time) {
    const bool now = obviously_in_force(silence, time);
    const bool then = obviously_in_force(silence, group.start + std::chrono::hours(1));
    if (!now && !(silence.until_closed && then)) return false;
    if (!silence.alert.empty() && silence.alert != alert.name) return false;
    if (!silence.detector.empty() && silence.detector != group.detector) return false;
    if (!silence.anomaly.empty() && silence.anomaly != group.id) return false;
    if (silence.measure.empty() && silence.dimensions.empty()) return true;
    AlertSpec filters_only;
    filters_only.filters = alert.filters;
    filters_only.direction = alert.direction;
    filters_only.min_change = alert.min_change;
    int matching = 0;
    for (const GroupSeries& series : group.series) {
      AnomalyGroup alone;
      alone.series = {series};
      if (!obviously_passes(filters_only, alone)) continue;
      bool matches = silence.measure.empty() || silence.measure == series.key.measure;
      if (!matches) return false;
      for (const auto& [dimension, values] : silence.dimensions) {
        const auto found = series.key.dimensions.find(dimension);
        if (found == series.key.dimensions.end()) {
          matches = false;
        } else if (std::ranges::count(values, found->second) == 0) {
          return false;
        }
      }
      matching += matches ? 1 : 0;
    }
    return matching > 0;
  }

  std::map<std::pair<std::string, std::string>, Memory> memory_;  ///< By alert and group.
  std::map<std::string, TimePoint> quiet_until_;
};

}  // namespace bellwether::alert
