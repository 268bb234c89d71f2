#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/time_zone.hpp"

namespace bellwether {

/// On which days something recurs week by week.
///
/// Source   RFC 5545, 3.3.10: `FREQ=WEEKLY` with `INTERVAL`, `BYDAY`, `WKST`, `UNTIL` and `COUNT`.
struct WeeklyRule {
  std::array<bool, 7> weekdays{};  ///< From Sunday; none: the weekday of the first day.
  std::uint32_t every_weeks = 1;
  std::chrono::weekday week_start = std::chrono::Monday;
  std::optional<std::chrono::local_days> last_day;  ///< No occurrence begins after it.
  std::optional<std::uint32_t> count;               ///< Occurrences in all.

  bool operator==(const WeeklyRule&) const = default;
};

/// Errors   invalid_input: says which part is not understood, and what would be.
Result<WeeklyRule> parse_weekly_rule(std::string_view text);
std::string to_string(const WeeklyRule& rule);

/// A stretch of the day on the days of a rule, in a time zone's own time.
struct WeeklyWindow {
  WeeklyRule rule;
  std::string timezone = "UTC";  ///< IANA id.
  std::chrono::minutes from{0};  ///< Since local midnight.
  /// Not beyond `from`: on the next day.
  std::chrono::minutes until{24 * 60};

  bool operator==(const WeeklyWindow&) const = default;
};

Problems validate(const WeeklyWindow& window);

/// The occurrence that `time` lies in, if any: from its begin up to but without its end. `first` is
/// when the rule begins; no occurrence begins on an earlier local day.
struct WindowOccurrence {
  TimePoint from{};
  TimePoint until{};
};

std::optional<WindowOccurrence> occurrence_at(const WeeklyWindow& window, const TimeZone& zone,
                                              TimePoint first, TimePoint time);

}  // namespace bellwether
