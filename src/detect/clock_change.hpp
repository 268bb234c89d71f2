#pragma once

#include <array>
#include <cstdint>

#include "cadence.hpp"
#include "cyclic_profile.hpp"
#include "evidence.hpp"

namespace bellwether::detect {

/// Notices that people have set their clocks: the daily profile fits better an hour earlier or
/// later.
///
/// Each of the three hypotheses has a slow level of its own, because the fast one of the forecast
/// follows an hour's error and hides it. What a moved profile would have saved adds up; a little is
/// taken off each point, so that only a steady saving does. A suspicion is enough to excuse what an
/// hour explains; to believe it takes savings on the rising and on the falling side of the day,
/// because a level that is off saves on one of them too.
///
/// Source   Page 1954 (cumulative sums).
class ClockChange {
 public:
  /// The shift of the profile at an interval that is replayed, in points.
  int shift_at(std::int64_t interval) const { return interval < switched_at_ ? -switch_ : 0; }

  int shift() const { return shift_; }

  /// A further shift that would explain the last hours, in points; mostly 0.
  int suspected_shift(const Cadence& cadence) const;

  /// Follows the errors of the forecast with the profile moved by an hour. True when it has
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
    archive(levels_);
    for (Savings& savings : savings_) archive(savings.all, savings.rising, savings.falling);
    archive(usual_error_, shift_, switch_, switched_at_, is_begun_);
  }

 private:
  /// What a moved profile would have saved lately, in usual errors.
  struct Savings {
    float all = 0;
    float rising = 0;  // Where it lies above the profile in use ...
    float falling = 0;

    void add(float saved, bool is_above);
  };

  void begin_again();

  std::array<float, 3> levels_{};     // Unmoved, an hour on, an hour back.
  std::array<Savings, 2> savings_{};  // Of the two moved ones.
  float usual_error_ = 0;
  std::int16_t shift_ = 0;  // Since the last refit.
  std::int16_t switch_ = 0;
  bool is_begun_ = false;
  std::int64_t switched_at_ = INT64_MIN;
};

}  // namespace bellwether::detect
