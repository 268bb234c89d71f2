#include "event_gate.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {

float EventGate::horizon(float wander) const {
  if (held_points_ == 0) return 1;
  return std::sqrt(1 + 3 * wander * wander * static_cast<float>(held_points_));
}

float EventGate::freshness_factor(const Cadence& cadence) {
  if (fresh_points_ == 0) return 1;
  --fresh_points_;
  return 1 + static_cast<float>(fresh_points_) / static_cast<float>(cadence.settling_points());
}

EventGate::Outcome EventGate::hold(const Point& point, float spread, bool is_known_level,
                                   Reason reason, const Cadence& cadence) {
  if (held_points_ == 0) {
    began_with_ = reason;
    held_level_ = point.residual;
    held_deviation_ = 0;
    held_points_ = 1;
  } else {
    ++held_points_;
    const float gain = std::max(0.2F, 1 / static_cast<float>(held_points_));
    const float error = point.residual - held_level_;
    held_level_ += gain * error;
    held_deviation_ += gain * (std::fabs(error) - held_deviation_);
  }

  const float distance = std::fabs(held_level_ - point.forecast.level);
  const float scale = point.forecast.scale;
  const bool is_consistent = held_deviation_ < std::max(2.5F * scale, 0.25F * distance) ||
                             held_points_ >= 3 * cadence.hold_points || is_known_level;
  const int needed = is_known_level ? 2 : cadence.hold_points;
  if (held_points_ < needed || !is_consistent) return Outcome::held;

  held_points_ = 0;
  const bool stayed_in_place = distance < 1.5F * std::max(held_deviation_, scale);
  return stayed_in_place && spread > 1.4F ? Outcome::spread_change : Outcome::level_shift;
}

// A point that is nearer to where the event is than to where it came from does not end it, however
// usual it looks by itself.
void EventGate::release(const Point& point) {
  if (held_points_ > 0 &&
      std::fabs(point.residual - held_level_) < std::fabs(point.residual - point.forecast.level)) {
    if (held_points_ < UINT16_MAX) ++held_points_;
    return;
  }
  held_points_ = static_cast<std::uint16_t>(std::max(0, held_points_ - 2));
}

void EventGate::begin_fresh_regime(const Cadence& cadence) {
  fresh_points_ = cadence.settling_points();
}

}  // namespace bellwether::detect
