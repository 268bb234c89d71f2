#include "cadence.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr double day_seconds = 86'400;

int points_in(double seconds, double interval_seconds) {
  const auto points = std::lround(seconds / interval_seconds);
  return points < 4 ? 0 : static_cast<int>(points);
}

int wrapped(std::int64_t position, int period) {
  if (period == 0) return 0;
  const std::int64_t rest = position % period;
  return static_cast<int>(rest < 0 ? rest + period : rest);
}

}  // namespace

Cadence::Cadence(std::chrono::seconds interval, std::chrono::seconds utc_offset) {
  const auto seconds = static_cast<double>(interval.count());
  is_daily = seconds >= day_seconds;
  points_per_90_days = 90 * day_seconds / seconds;
  points_per_day = is_daily ? 0 : points_in(day_seconds, seconds);
  points_per_week = points_in(7 * day_seconds, seconds);
  hour_points = seconds <= 3600 ? static_cast<int>(std::lround(3600 / seconds)) : 0;
  if (is_daily) {
    hold_points = 5;
    reference_gain = 1.0F / 40.0F;
    drift_gain = 0.2F;
  } else {
    hold_points = static_cast<int>(std::clamp(std::lround(3 * 3600 / seconds), 12L, 60L));
    reference_gain =
        static_cast<float>(1.0 / std::clamp(3.5 * day_seconds / seconds, 120.0, 1000.0));
  }
  shift_ = std::llround(static_cast<double>(utc_offset.count()) / seconds);
}

Phase Cadence::phase_of(std::int64_t interval) const {
  const std::int64_t local = interval + shift_;
  return {wrapped(local, points_per_day), wrapped(local, points_per_week)};
}

Phase Cadence::moved(Phase phase, int shift) const {
  // Shifts are hours: no division is worth it.
  const auto wrap = [](int position, int period) {
    while (position >= period && period > 0) position -= period;
    while (position < 0) position += period;
    return position;
  };
  return {points_per_day > 0 ? wrap(phase.day + shift, points_per_day) : 0,
          points_per_week > 0 ? wrap(phase.week + shift, points_per_week) : 0};
}

int Cadence::settling_points() const {
  return has_day() ? 2 * points_per_day : std::max(24, hold_points);
}

}  // namespace bellwether::detect
