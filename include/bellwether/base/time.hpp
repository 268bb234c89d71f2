#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether {

/// A moment, to the millisecond, UTC. All times in the system are of this type.
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

/// RFC 3339 in UTC: `2026-03-20T08:00:00Z`, with `.123` only when there are milliseconds.
std::string to_rfc3339(TimePoint time);

/// Reads RFC 3339 with `Z` or a numeric offset, `T` or a space, and up to nine digits of fraction
/// (beyond milliseconds they are cut off). Only years 0001 to 9999.
Result<TimePoint> parse_rfc3339(std::string_view text);

/// Reads `250ms`, `30s`, `5m`, `1h`, `1d`, `400d`, or sums of them largest first (`1h30m`).
Result<Duration> parse_duration(std::string_view text);

/// The shortest form that `parse_duration` reads back: `90m` is `1h30m`, nothing is `0s`.
std::string to_string(Duration duration);

}  // namespace bellwether
