#include "spread_channel.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float gain = 0.15F;
constexpr float most_counted_z = 6;
constexpr float correlation = 8;
constexpr float full_effect = 2.2F;
constexpr float offset = 0.3F;
constexpr LearningBudget::Rule rule{.gate = 4.6F, .budget = 0.04F, .gain = 0.002F};

}  // namespace

Evidence SpreadChannel::observe(const Point& point) {
  spread_ += gain * (std::min(std::fabs(point.z), most_counted_z) - spread_);
  const float relative = spread_ / usual_spread;
  const float raw = calibrator_.evidence(relative, correlation);
  return {raw, toned(raw, offset, relative, full_effect)};
}

void SpreadChannel::learn(const Point& point, float raw_evidence, bool point_was_learnt) {
  const bool admitted =
      budget_.admits(raw_evidence, rule, true, point.is_warming_up(), point.warm_up_gain());
  if (admitted && point_was_learnt) calibrator_.add(spread_ / usual_spread, correlation);
}

void SpreadChannel::learn_as_told(int times) {
  for (int i = 0; i < times; ++i) calibrator_.add(spread_ / usual_spread, correlation);
}

void SpreadChannel::restart() {
  spread_ = usual_spread;
  remembered_ = 0;
  calibrator_.restart(correlation);
  budget_ = {};
}

}  // namespace bellwether::detect
