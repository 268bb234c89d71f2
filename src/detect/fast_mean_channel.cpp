#include "fast_mean_channel.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float gain = 0.3F;
constexpr float most_counted_z = 6;
constexpr float correlation = 4;
constexpr float to_sigma = 2.4F;  // The mean of independent z has a deviation of 1/2.4.
constexpr float full_effect = 1.8F;
constexpr float offset = 0.5F;
constexpr LearningBudget::Rule rule{.gate = 4.6F, .budget = 0.03F, .gain = 0.002F};

float clipped(float z) { return std::clamp(z, -most_counted_z, most_counted_z); }

}  // namespace

bool FastMeanChannel::recall_if_quieter(const Point& point) {
  const float recalled = remembered_ + gain * (clipped(point.z) - remembered_);
  if (std::fabs(mean_) <= std::fabs(recalled)) return false;
  mean_ = remembered_;
  return true;
}

Evidence FastMeanChannel::observe(const Point& point) {
  mean_ += gain * (clipped(point.z) - mean_);
  const float distance = std::fabs(mean_);
  const float raw = calibrator_.evidence(to_sigma * distance, mean_ < 0, correlation);
  return {raw, toned(raw, offset, distance, full_effect)};
}

void FastMeanChannel::learn(const Point& point, float raw_evidence, bool point_was_learnt) {
  const bool admitted =
      budget_.admits(raw_evidence, rule, true, point.is_warming_up(), point.warm_up_gain());
  if (!admitted || (!point_was_learnt && !point.is_warming_up())) return;
  calibrator_.add(to_sigma * std::fabs(mean_), mean_ < 0, correlation);
}

void FastMeanChannel::learn_as_told(int times) {
  for (int i = 0; i < times; ++i) {
    calibrator_.add(to_sigma * std::fabs(mean_), mean_ < 0, correlation);
  }
}

void FastMeanChannel::restart() {
  mean_ = remembered_ = 0;
  calibrator_.restart(correlation);
  budget_ = {};
}

}  // namespace bellwether::detect
