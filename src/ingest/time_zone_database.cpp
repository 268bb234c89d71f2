#include "bellwether/ingest/time_zone_database.hpp"

#include <chrono>
#include <exception>
#include <utility>
#include <vector>

#include <date/tz.h>

namespace bellwether::ingest {
namespace {

using std::chrono::seconds;

constexpr date::sys_seconds first_moment{date::sys_days(date::year(1970) / 1 / 1)};
constexpr date::sys_seconds last_moment{date::sys_days(date::year(2100) / 1 / 1)};

/// The host's tables list every change up to the end of this year, and rules for what follows,
/// which the library does not read.
constexpr date::year last_listed_year{2037};

/// Dates fall on the same weekdays again after 28 years, between 1901 and 2099.
constexpr date::days calendar_cycle{28 * 365 + 7};

TimePoint to_time_point(date::sys_seconds moment) { return TimePoint(moment.time_since_epoch()); }

struct ListedChanges {
  seconds first_offset{0};
  std::vector<TimeZone::Change> changes;
};

ListedChanges read_listed(const date::time_zone& zone) {
  ListedChanges listed;
  auto period = zone.get_info(first_moment);
  listed.first_offset = period.offset;
  while (period.end < last_moment && period.end > period.begin) {
    const auto before = period.offset;
    const auto begin = period.end;
    period = zone.get_info(begin);
    if (period.begin != begin) break;
    if (period.offset != before)
      listed.changes.push_back({to_time_point(begin), seconds(period.offset)});
  }
  return listed;
}

/// A zone that still changes in the last listed year goes on changing as it did 28 years before.
void continue_to_2100(std::vector<TimeZone::Change>& changes) {
  const TimePoint last_listed = to_time_point(date::sys_days(last_listed_year / 12 / 31));
  const TimePoint year_before = last_listed - date::days(365);
  if (changes.empty() || changes.back().at < year_before || changes.back().at > last_listed) return;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const TimeZone::Change again{changes[i].at + calendar_cycle, changes[i].offset};
    if (again.at > changes.back().at && again.at < to_time_point(last_moment))
      changes.push_back(again);
  }
}

}  // namespace

Result<TimeZone> load_time_zone(const std::string& name) {
  try {
    auto listed = read_listed(*date::locate_zone(name));
    continue_to_2100(listed.changes);
    return TimeZone(name, listed.first_offset, std::move(listed.changes));
  } catch (const std::exception&) {
    return invalid_input("'" + name +
                         "' is not a time zone; use an IANA name such as UTC or Europe/Amsterdam");
  }
}

}  // namespace bellwether::ingest
