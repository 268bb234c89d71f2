#include "drift_channel.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float correlation = 100;
constexpr float to_sigma = 4;
constexpr float full_effect = 1.6F;
constexpr float offset = 1.1F;
constexpr float suspicious_evidence = 2;
constexpr float strong_evidence = 3;
constexpr LearningBudget::Rule rule{.gate = strong_evidence, .budget = 0.15F, .gain = 0.0005F};

float clamped(float value, float limit) { return std::clamp(value, -limit, limit); }

}  // namespace

DriftEvidence DriftChannel::observe(const Point& point, float steadiness, const Cadence& cadence) {
  const float step_limit = 3 * point.forecast.scale;
  DriftEvidence found;
  found.middle = middle_ + cadence.drift_gain * clamped(point.residual - middle_, step_limit);
  found.distance = (found.middle - reference_) / point.forecast.base_scale - usual_distance_;

  const float distance = std::fabs(found.distance);
  if (distance < 1.2F || point.is_warming_up()) {
    steadiness_ += std::max(0.0005F, point.warm_up_gain()) * (steadiness - steadiness_);
  }
  found.raw = calibrator_.evidence(to_sigma * distance, found.distance < 0, correlation);
  if (static_cast<float>(point.points_seen) < 1.5F / cadence.reference_gain) found.raw = 0;
  const float trust = std::clamp(0.3F + 0.7F * (steadiness_ - 0.68F) / 0.2F, 0.3F, 1.0F);
  found.value = toned(found.raw, offset, distance, full_effect) * trust;
  return found;
}

std::optional<float> DriftEvidence::drifted_level() const {
  if (raw < suspicious_evidence || std::fabs(distance) < 1) return std::nullopt;
  return middle;
}

void DriftChannel::learn_statistic(const Point& point, const DriftEvidence& found) {
  const bool admitted =
      budget_.admits(found.raw, rule, true, point.is_warming_up(), point.warm_up_gain());
  if (admitted && point.points_seen > 16) {
    calibrator_.add(to_sigma * std::fabs(found.distance), found.distance < 0, correlation);
  }
}

void DriftChannel::learn_as_told(const DriftEvidence& found, int times) {
  for (int i = 0; i < times; ++i) {
    calibrator_.add(to_sigma * std::fabs(found.distance), found.distance < 0, correlation);
  }
}

std::optional<float> DriftChannel::settle_in(const Point& point, const DriftEvidence& found,
                                             const Cadence& cadence) {
  if (found.raw >= strong_evidence && std::fabs(found.distance) > 1) {
    ++drifted_points_;
  } else if (drifted_points_ > 0) {
    --drifted_points_;
  }
  if (drifted_points_ >= 2 * cadence.hold_points) {
    const float left = reference_;
    reference_ = middle_ = found.middle;
    drifted_points_ = 0;
    usual_distance_ *= 0.5F;
    return left;
  }
  if (found.raw < strong_evidence) {
    const float gain =
        std::max(cadence.reference_gain * 0.5F, std::min(0.02F, point.warm_up_gain()));
    usual_distance_ += gain * clamped(found.distance, 1);
  }
  return std::nullopt;
}

void DriftChannel::follow(const Point& point, const Cadence& cadence) {
  const float step_limit = 3 * point.forecast.scale;
  middle_ += std::max(cadence.drift_gain, point.warm_up_gain()) *
             clamped(point.residual - middle_, step_limit);
  const float centre = middle_ - reference_;
  const float step =
      std::clamp(point.residual - reference_, centre - step_limit, centre + step_limit);
  reference_ += std::max(cadence.reference_gain, point.warm_up_gain()) * step;
}

void DriftChannel::restart() {
  auto calibrator = calibrator_;
  calibrator.restart(correlation);
  *this = DriftChannel();
  calibrator_ = calibrator;
}

}  // namespace bellwether::detect
