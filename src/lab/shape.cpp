#include "shape.hpp"

#include <chrono>
#include <cstddef>

namespace bellwether::lab {

double at_hour(const DayShape& shape, TimePoint time, Duration shift) {
  const TimePoint local = time + shift;
  const Duration since_midnight = local - std::chrono::floor<std::chrono::days>(local);
  const double hours = static_cast<double>(since_midnight.count()) / 3'600'000;
  const auto hour = static_cast<std::size_t>(hours) % shape.size();
  const double past = hours - static_cast<double>(hour);
  return shape[hour] + past * (shape[(hour + 1) % shape.size()] - shape[hour]);
}

double at_weekday(const WeekShape& shape, TimePoint time, Duration shift) {
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(time + shift));
  return shape[day.iso_encoding() - 1];
}

}  // namespace bellwether::lab
