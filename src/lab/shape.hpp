#pragma once

#include <array>

#include "bellwether/base/time.hpp"

namespace bellwether::lab {

/// How busy a day is, hour by hour; between full hours it is interpolated.
using DayShape = std::array<double, 24>;
/// How busy a week is, from Monday.
using WeekShape = std::array<double, 7>;

/// A shop's day: quiet before dawn, a lunch hour, busiest in the evening. Mean about 1.
inline constexpr DayShape shopping_day{0.62, 0.50, 0.43, 0.40, 0.40, 0.44, 0.56, 0.74,
                                       0.92, 1.04, 1.11, 1.17, 1.24, 1.22, 1.15, 1.12,
                                       1.14, 1.21, 1.33, 1.48, 1.56, 1.47, 1.18, 0.85};

/// How full a public building is, 0 to 1.
inline constexpr DayShape opening_hours{0,   0,    0, 0, 0,   0,   0.05, 0.25, 0.7,  0.95, 1, 1,
                                        0.7, 0.75, 1, 1, 0.9, 0.7, 0.35, 0.15, 0.05, 0,    0, 0};

double at_hour(const DayShape& shape, TimePoint time, Duration shift = Duration(0));
double at_weekday(const WeekShape& shape, TimePoint time, Duration shift = Duration(0));

}  // namespace bellwether::lab
