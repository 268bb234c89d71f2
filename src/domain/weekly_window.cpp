#include "bellwether/domain/weekly_window.hpp"

#include <algorithm>

namespace bellwether {
namespace {

using std::chrono::days;
using std::chrono::local_days;
using std::chrono::minutes;
using std::chrono::weekday;

constexpr minutes whole_day = days(1);

/// The rule as it stands from its first day on.
class Calendar {
 public:
  Calendar(const WeeklyRule& rule, local_days first)
      : rule_(rule), first_(first), weekdays_(rule.weekdays) {
    const bool has_days = std::ranges::find(weekdays_, true) != weekdays_.end();
    if (!has_days) weekdays_.at(weekday(first).c_encoding()) = true;
  }

  bool has(local_days day) const {
    if (day < first_ || !weekdays_.at(weekday(day).c_encoding())) return false;
    if (rule_.last_day && day > *rule_.last_day) return false;
    if (weeks_since_first(day) % rule_.every_weeks != 0) return false;
    return !rule_.count || occurrences_until(day) <= *rule_.count;
  }

 private:
  local_days begin_of_week(local_days day) const { return day - (weekday(day) - rule_.week_start); }

  std::uint64_t weeks_since_first(local_days day) const {
    return static_cast<std::uint64_t>((begin_of_week(day) - begin_of_week(first_)).count() / 7);
  }

  /// Its weekdays from `from` up to and with `to`, which lie in one week.
  std::uint64_t days_between(local_days from, local_days to) const {
    std::uint64_t count = 0;
    for (local_days day = from; day <= to; day += days(1))
      if (weekdays_.at(weekday(day).c_encoding())) ++count;
    return count;
  }

  /// Of a day of the rule: which occurrence it is, from 1.
  std::uint64_t occurrences_until(local_days day) const {
    const std::uint64_t turns = weeks_since_first(day) / rule_.every_weeks;
    if (turns == 0) return days_between(first_, day);
    const local_days first_week_end = begin_of_week(first_) + days(6);
    const auto per_week = static_cast<std::uint64_t>(std::ranges::count(weekdays_, true));
    return days_between(first_, first_week_end) + (turns - 1) * per_week +
           days_between(begin_of_week(day), day);
  }

  const WeeklyRule& rule_;
  local_days first_;
  std::array<bool, 7> weekdays_;
};

}  // namespace

Problems validate(const WeeklyWindow& window) {
  Problems problems;
  if (window.from < minutes(0) || window.from >= whole_day)
    problems.push_back({"from", "must be a time of day from 00:00 to 23:59", 0, 0});
  if (window.until < minutes(0) || window.until > whole_day)
    problems.push_back({"until", "must be a time of day from 00:00 to 24:00", 0, 0});
  return problems;
}

std::optional<WindowOccurrence> occurrence_at(const WeeklyWindow& window, const TimeZone& zone,
                                              TimePoint first, TimePoint time) {
  const Calendar calendar(window.rule, std::chrono::floor<days>(zone.to_local(first)));
  const local_days today = std::chrono::floor<days>(zone.to_local(time));
  const minutes end = window.until > window.from ? window.until : window.until + whole_day;
  // One that begins late ends on the next day.
  for (const local_days day : {today, today - days(1)}) {
    if (!calendar.has(day)) continue;
    const WindowOccurrence occurrence{zone.from_local(day + window.from),
                                      zone.from_local(day + end)};
    if (time >= occurrence.from && time < occurrence.until) return occurrence;
  }
  return std::nullopt;
}

}  // namespace bellwether
