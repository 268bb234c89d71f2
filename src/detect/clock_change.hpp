#pragma once

#include <array>
#include <cstdint>

#include "cadence.hpp"
#include "cyclic_profile.hpp"
#include "evidence.hpp"

namespace bellwether::detect {

/// Notices that people have set their clocks: the daily profile fits better an hour earlier or
/// later.
class ClockChange {
 public:
  /// The shift of the profile at an interval that is replayed, in points.
  int shift_at(std::int64_t interval) const { return interval < switched_at_ ? -switch_ : 0; }

  int shift() const { return shift_; }

  /// Follows the error of the forecast with the profile moved by an hour. True when it has
  /// switched: a refit is due.
  bool observe(const Point& point, std::int64_t interval, Phase phase, const LearningCycle& daily,
               const LearningCycle& weekly, const Cadence& cadence);

  /// A refit has taken the shift into the profile; a switch older than `history_begin` is over.
  void absorbed(std::int64_t history_begin);

  /// The switch whose history before has to be moved, in points; 0 when there is none.
  int pending_switch() const { return switch_; }
  std::int64_t switched_at() const { return switched_at_; }

  template <class Archive>
  void describe(Archive& archive) {
    archive(errors_, shift_, switch_, switched_at_);
  }

 private:
  std::array<float, 3> errors_{1, 1, 1};  // Unmoved, an hour on, an hour back.
  std::int16_t shift_ = 0;                // Since the last refit.
  std::int16_t switch_ = 0;
  std::int64_t switched_at_ = INT64_MIN;
};

}  // namespace bellwether::detect
