#pragma once

#include <cstdint>

#include "cadence.hpp"
#include "evidence.hpp"

namespace bellwether::detect {

/// Holds the model still while something unusual goes on, and decides by what follows: the data
/// come back, and it was an outlier, or they stay, and it is a new normal.
///
/// Source   Chen & Liu 1993 (outlier or level shift).
class EventGate {
 public:
  enum class Outcome : std::uint8_t { held, level_shift, spread_change };

  bool is_holding() const { return held_points_ > 0; }

  /// Whether the event that is held began with a single unusual value.
  bool began_with_a_point() const { return began_with_ == Reason::unusual_value; }

  /// A wandering series may be anywhere after a while: the factor by which the forecast widens.
  float horizon(float wander) const;

  /// After an accepted shift the model is uncertain. Counts down, and gives the factor.
  float freshness_factor(const Cadence& cadence);
  bool is_fresh() const { return fresh_points_ > 0; }

  /// Takes a frozen point. `reason` is why, if it is the first of an event.
  Outcome hold(const Point& point, float spread, bool is_known_level, Reason reason,
               const Cadence& cadence);

  /// Takes a point that was not frozen.
  void release(const Point& point);

  void begin_fresh_regime(const Cadence& cadence);
  void settle() { held_points_ = 0; }

  float held_level() const { return held_level_; }

  void restart() { *this = EventGate(); }

  template <class Archive>
  void describe(Archive& archive) {
    archive(held_level_, held_deviation_, fresh_points_, held_points_, began_with_);
  }

 private:
  float held_level_ = 0;
  float held_deviation_ = 0;
  std::int32_t fresh_points_ = 0;
  std::uint16_t held_points_ = 0;
  Reason began_with_ = Reason::none;
};

}  // namespace bellwether::detect
