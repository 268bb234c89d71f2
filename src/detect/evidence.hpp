#pragma once

#include <algorithm>

#include "bellwether/domain/scored_frame.hpp"

#include "forecaster.hpp"

namespace bellwether::detect {

/// A point as the channels see it: what came, what was expected, how far apart they are.
struct Point {
  float value = 0;     ///< In the metric's unit.
  float residual = 0;  ///< Transformed and without its season.
  float z = 0;         ///< Distance from the forecast, in standard deviations.
  Forecast forecast;
  float excused_by_clock = 0;  ///< What a suspected clock change took off the residual.
  unsigned points_seen = 0;    ///< Before this one, since the replay or the life began.

  float warm_up_gain() const { return 1.0F / (static_cast<float>(points_seen) + 1); }
  bool is_warming_up() const { return points_seen < 48; }
};

/// What a channel says of a point, as -log10 of a probability.
struct Evidence {
  float raw = 0;    ///< Against the channel's own past alone: this decides what it learns.
  float value = 0;  ///< With small effects toned down: this is compared with other channels.
};

/// Tones down what is significant but small: full strength only from `full_effect` on.
inline float toned(float evidence, float offset, float effect, float full_effect) {
  return (evidence - offset) * std::min(1.0F, effect / full_effect);
}

/// The outcome of one point.
struct Verdict {
  float evidence = 0;
  Reason reason = Reason::none;

  void raise(float other, Reason its_reason) {
    if (other <= evidence) return;
    evidence = other;
    reason = its_reason;
  }
};

}  // namespace bellwether::detect
