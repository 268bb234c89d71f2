#include "point_channel.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float correlation = 1;
constexpr float full_effect = 3.5F;
constexpr float offset = 0.3F;

// Onsets are counted, not points: a business anomaly lasts several intervals.
constexpr LearningBudget::Rule rule{.gate = 5.5F, .budget = 0.02F, .gain = 0.002F};

}  // namespace

Evidence PointChannel::observe(const Point& point, const CountModel& counts,
                               const Transform& transform) const {
  const float distance = std::fabs(point.z);
  float raw = calibrator_.evidence(distance, point.z < 0, correlation);
  if (counts.applies() && raw > 2) {
    const float expected = transform.invert(point.forecast.expected());
    const float by_counts = counts.evidence(point.value, expected, point.z >= 0, transform.kind);
    raw = by_counts < raw ? by_counts : std::min(0.5F * (by_counts + raw), 1.4F * raw);
  }
  return {raw, raw * std::min(1.0F, distance / full_effect) - offset};
}

bool PointChannel::learn(const Point& point, float raw_evidence, bool event_is_held) {
  const bool admitted = budget_.admits(raw_evidence, rule, !event_is_held, point.is_warming_up(),
                                       point.warm_up_gain());
  if (admitted) calibrator_.add(std::fabs(point.z), point.z < 0, correlation);
  return admitted;
}

bool PointChannel::is_over_budget() const { return budget_.is_spent(rule); }

void PointChannel::restart() {
  calibrator_.restart(correlation);
  budget_ = {};
}

}  // namespace bellwether::detect
