#include "forecaster.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bellwether::detect {
namespace {

constexpr std::array<float, 3> level_gains{0.4F, 0.08F, 0.01F};
constexpr float unlimited = 1e30F;
constexpr float mean_deviation_to_sigma = 1.25F;
constexpr float value_gain = 0.001F;

float clamped(float value, float limit) { return std::clamp(value, -limit, limit); }

float sixth_power(float ratio) {
  const float cube = ratio * ratio * ratio;
  return cube * cube;
}

}  // namespace

void Forecaster::begin(float residual, float value) {
  level_.fill(residual);
  mean_ = value;
}

void Forecaster::begin_from_history(float level, float error, float slow_error, float mean,
                                    float spread) {
  set_typical(mean, spread);
  level_.fill(level);
  error_ = {error, error * 1.02F, std::max(error, slow_error)};
  scale_ = error;
}

void Forecaster::set_typical(float mean, float spread) {
  mean_ = mean;
  spread_ = spread;
}

void Forecaster::observe_value(float value, float warm_up_gain) {
  const float gain = std::max(value_gain, warm_up_gain);
  mean_ += gain * (value - mean_);
  spread_ += gain * (std::fabs(value - mean_) - spread_);
}

Forecaster::Mixture Forecaster::mixture() const {
  constexpr float tiny = 1e-20F;
  const float best = std::min({error_[0], error_[1], error_[2]}) + tiny;
  float weight_sum = 0;
  Mixture mixed{0, 0};
  for (std::size_t k = 0; k < 3; ++k) {
    const float weight = sixth_power(best / (error_[k] + tiny));
    weight_sum += weight;
    mixed.level += weight * level_[k];
    mixed.gain += weight * level_gains[k];
  }
  mixed.level /= weight_sum;
  mixed.gain /= weight_sum;
  return mixed;
}

Forecast Forecaster::predict(float season, float phase_scale, const Transform& transform) {
  const Mixture mixed = mixture();
  mixture_gain_ += 0.02F * (mixed.gain - mixture_gain_);
  return forecast_from(mixed.level, season, phase_scale, transform);
}

Forecast Forecaster::peek(float season, float phase_scale, const Transform& transform) const {
  return forecast_from(mixture().level, season, phase_scale, transform);
}

Forecast Forecaster::forecast_from(float level, float season, float phase_scale,
                                   const Transform& transform) const {
  Forecast forecast;
  forecast.season = season;
  forecast.level = level;
  forecast.phase_scale = phase_scale;
  forecast.wander = mixture_gain_;

  const float expected = level + season;
  switch (transform.kind) {
    case TransformKind::identity:
      forecast.noise_floor = 1e-9F + 1e-4F * std::fabs(expected) + 0.01F * spread_;
      break;
    case TransformKind::square_root:
      forecast.noise_floor =
          1e-9F + 0.01F * spread_ * transform.slope_at(transform.invert(expected));
      break;
    case TransformKind::logarithm:
      forecast.noise_floor =
          0.003F + 0.001F * spread_ * transform.slope_at(transform.invert(expected));
      break;
  }
  forecast.base_scale = std::max(mean_deviation_to_sigma * scale_, forecast.noise_floor);
  forecast.scale = std::max(mean_deviation_to_sigma * scale_ * phase_scale, forecast.noise_floor);
  return forecast;
}

void Forecaster::learn(float residual, const Forecast& forecast, unsigned points_seen,
                       float in_sample) {
  const float warm_up_gain = 1.0F / (static_cast<float>(points_seen) + 1);
  const std::array<float, 3> clip{unlimited, 4 * forecast.scale, 2.5F * forecast.scale};

  for (std::size_t k = 0; k < 3; ++k) {
    const float error = residual - level_[k];
    const float gain = std::max(level_gains[k], std::min(0.5F, warm_up_gain));
    const float limit =
        points_seen < 10 ? unlimited : clip[k] + 0.5F * std::fabs(level_[k] - forecast.level);
    level_[k] += gain * clamped(error, limit);

    const float error_limit =
        points_seen < 10 ? unlimited : 6 * std::max(error_[k], forecast.noise_floor);
    error_[k] += std::max(0.01F, warm_up_gain) *
                 (std::min(std::fabs(error) / forecast.phase_scale, error_limit) - error_[k]);
  }

  const float deviation = std::fabs(residual - forecast.level) / forecast.phase_scale * in_sample;
  const float limit = points_seen < 16 || scale_ <= 0
                          ? unlimited
                          : 4 * std::max(mean_deviation_to_sigma * scale_, forecast.noise_floor);
  scale_ += std::max(0.005F, warm_up_gain) * (std::min(deviation, limit) - scale_);
}

float Forecaster::profile_reference() const {
  if (mixture_gain_ > 0.2F) return level_[0];
  return mixture_gain_ > 0.04F ? level_[1] : level_[2];
}

float Forecaster::steadiness() const {
  if (error_[2] <= 0) return 1;
  return (std::min({error_[0], error_[1], error_[2]}) + 1e-20F) / error_[2];
}

void Forecaster::widen(float factor) {
  scale_ *= factor;
  for (float& error : error_) error *= factor;
}

}  // namespace bellwether::detect
