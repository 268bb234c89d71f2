#include "clock_change.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bellwether::detect {
namespace {

constexpr float most_counted = 6;  // Forecast scales.
constexpr float allowance = 0.2F;  // Taken off each point's saving.

// Savings that raise a suspicion and that settle it, per point of an hour.
constexpr float suspicious_per_hour = 1.5F;
constexpr float settling_per_hour = 12;
constexpr float least_suspicious = 4;
constexpr float least_settling = 24;

std::array<int, 3> moves(const Cadence& cadence) {
  return {0, cadence.hour_points, -cadence.hour_points};
}

}  // namespace

void ClockChange::Savings::add(float saved, bool is_above) {
  all += saved - allowance;
  (is_above ? rising : falling) += saved - allowance;
  if (all <= 0) *this = {};
}

int ClockChange::suspected_shift(const Cadence& cadence) const {
  const std::size_t best = savings_[0].all > savings_[1].all ? 0 : 1;
  const float suspicious =
      std::max(least_suspicious, suspicious_per_hour * static_cast<float>(cadence.hour_points));
  return savings_[best].all >= suspicious ? moves(cadence)[best + 1] : 0;
}

bool ClockChange::observe(const Point& point, std::int64_t interval, Phase phase,
                          const LearningCycle& daily, const LearningCycle& weekly,
                          const Cadence& cadence) {
  if (!daily.exists() || cadence.hour_points < 1) return false;
  const float level_gain = 1.0F / static_cast<float>(8 * cadence.hour_points);
  const float error_gain = 1.0F / static_cast<float>(48 * cadence.hour_points);
  // Measured from the residual, so that what an echo excused stays excused.
  const Phase believed = cadence.moved(phase, shift_);
  const float season = daily.at(believed.day) + weekly.at(believed.week);
  const float residual = point.residual + point.excused_by_clock;
  std::array<float, 3> errors{};
  std::array<float, 3> changes{};
  for (std::size_t k = 0; k < changes.size(); ++k) {
    const Phase moved = cadence.moved(phase, shift_ + moves(cadence)[k]);
    changes[k] = daily.at(moved.day) + weekly.at(moved.week) - season;
    const float distance = residual - changes[k];
    if (!is_begun_) levels_[k] = distance;
    const float limit = most_counted * point.forecast.scale;
    errors[k] = std::clamp(distance - levels_[k], -limit, limit);
    levels_[k] += level_gain * errors[k];
  }
  if (!is_begun_) usual_error_ = point.forecast.scale;
  is_begun_ = true;
  usual_error_ += error_gain * (std::fabs(errors[0]) - usual_error_);

  const float unit = std::max(0.8F * point.forecast.scale, usual_error_);
  for (std::size_t k = 0; k < savings_.size(); ++k) {
    const float saved = (std::fabs(errors[0]) - std::fabs(errors[k + 1])) / unit;
    savings_[k].add(std::clamp(saved, -2.0F, 2.0F), changes[k + 1] > 0);
  }
  const std::size_t best = savings_[0].all > savings_[1].all ? 0 : 1;
  const Savings& savings = savings_[best];
  const float needed =
      std::max(least_settling, settling_per_hour * static_cast<float>(cadence.hour_points));
  if (savings.all < needed || std::min(savings.rising, savings.falling) < 0.25F * needed) {
    return false;
  }
  shift_ = static_cast<std::int16_t>(shift_ + moves(cadence)[best + 1]);
  switch_ = static_cast<std::int16_t>(moves(cadence)[best + 1]);
  switched_at_ = interval - std::int64_t{4} * cadence.hour_points;
  begin_again();
  return true;
}

void ClockChange::begin_again() {
  savings_ = {};
  is_begun_ = false;
}

void ClockChange::absorbed(std::int64_t history_begin) {
  shift_ = 0;
  begin_again();
  if (switched_at_ < history_begin) switch_ = 0;
}

}  // namespace bellwether::detect
