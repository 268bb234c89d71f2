#pragma once

#include <array>

#include "transform.hpp"

namespace bellwether::detect {

/// What is expected of the next point, on the transformed scale.
struct Forecast {
  float season = 0;       ///< Daily and weekly profile together.
  float level = 0;        ///< What is left to expect beside the season.
  float noise_floor = 0;  ///< Less noise than this is not believed.
  float base_scale = 0;   ///< One standard deviation of the residual, over the whole day.
  float scale = 0;        ///< The same at this time of day.
  float phase_scale = 1;  ///< Their ratio, before the floor.
  float wander = 0;       ///< Gain of the mixture of levels: 0 for a steady series, 0.4 for a walk.

  float expected() const { return season + level; }
};

/// Follows the level of a deseasonalised series and the size of its noise.
///
/// The level is a mixture of three exponential averages, each weighted by how well it predicted
/// lately, so that white noise and random walks are both met. Each average but the fastest refuses
/// to be pulled far by one value.
///
/// Source   Gelper, Fried & Croux 2010 (robust exponential smoothing).
class Forecaster {
 public:
  /// Sees the first value a replay or a life begins with.
  void begin(float residual, float value);

  /// Starts from what a batch of history says instead of from nothing.
  void begin_from_history(float level, float error, float slow_error, float mean, float spread);

  /// The history's centre and spread alone, in the metric's unit.
  void set_typical(float mean, float spread);

  /// Follows the centre and the spread of the values themselves: the noise floor is a share of it.
  void observe_value(float value, float warm_up_gain);

  /// Forecasts, and remembers how fast the mixture of levels moves.
  Forecast predict(float season, float phase_scale, const Transform& transform);

  /// The same without remembering.
  Forecast peek(float season, float phase_scale, const Transform& transform) const;

  /// Learns from a point that was not frozen. `points_seen` counts those before it.
  void learn(float residual, const Forecast& forecast, unsigned points_seen, float in_sample);

  /// The level that a profile is measured against: the slower the series, the slower the level.
  float profile_reference() const;

  /// How much better the best level predicts than the slowest: 1 for a series that does not wander.
  float steadiness() const;

  void set_level(float level) { level_.fill(level); }
  void widen(float factor);

  template <class Archive>
  void describe(Archive& archive) {
    archive(level_, error_, scale_, mixture_gain_, mean_, spread_);
  }

 private:
  struct Mixture {
    float level;
    float gain;
  };

  Mixture mixture() const;
  Forecast forecast_from(float level, float season, float phase_scale,
                         const Transform& transform) const;

  std::array<float, 3> level_{};
  std::array<float, 3> error_{};
  float scale_ = 0;
  float mixture_gain_ = 0;
  float mean_ = 0;    // Of the values, in the metric's unit.
  float spread_ = 0;  // Their mean distance from it.
};

}  // namespace bellwether::detect
