#include "clock_change.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bellwether::detect {

bool ClockChange::observe(const Point& point, std::int64_t interval, Phase phase,
                          const LearningCycle& daily, const LearningCycle& weekly,
                          const Cadence& cadence) {
  if (!daily.exists() || cadence.hour_points < 1) return false;
  const float gain = 1.0F / static_cast<float>(10 * cadence.hour_points);
  const float transformed = point.residual + point.forecast.season;
  const std::array<int, 3> moves{0, cadence.hour_points, -cadence.hour_points};
  for (std::size_t k = 0; k < moves.size(); ++k) {
    const Phase moved = cadence.moved(phase, shift_ + moves[k]);
    const float season = daily.at(moved.day) + weekly.at(moved.week);
    const float error =
        std::fabs(transformed - season - point.forecast.level) / point.forecast.scale;
    errors_[k] += gain * (std::min(error, 6.0F) - errors_[k]);
  }

  const std::size_t best = errors_[1] < errors_[2] ? 1 : 2;
  const bool is_better = errors_[0] > 1.6F && errors_[best] < 0.5F * errors_[0];
  if (!is_better || errors_[best] >= 1.2F) return false;
  shift_ = static_cast<std::int16_t>(shift_ + moves[best]);
  switch_ = static_cast<std::int16_t>(moves[best]);
  switched_at_ = interval - std::int64_t{4} * cadence.hour_points;
  errors_ = {errors_[best], 2.5F, 2.5F};
  return true;
}

void ClockChange::absorbed(std::int64_t history_begin) {
  shift_ = 0;
  errors_ = {1, 1, 1};
  if (switched_at_ < history_begin) switch_ = 0;
}

}  // namespace bellwether::detect
