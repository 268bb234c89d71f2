#pragma once

#include <chrono>
#include <cstdint>

namespace bellwether::detect {

/// Where an interval stands in the day and in the week, in points.
struct Phase {
  int day = 0;
  int week = 0;
};

/// All that follows from the length of an interval alone.
struct Cadence {
  Cadence(std::chrono::seconds interval, std::chrono::seconds utc_offset);

  Phase phase_of(std::int64_t interval) const;

  /// The phase `shift` points later, or earlier if negative.
  Phase moved(Phase phase, int shift) const;

  /// The phase one point later.
  Phase next(Phase phase) const {
    return {phase.day + 1 < points_per_day ? phase.day + 1 : 0,
            phase.week + 1 < points_per_week ? phase.week + 1 : 0};
  }

  /// The hour-like slot of the day, 0 to 23.
  int day_slot(Phase phase) const { return phase.day * 24 / points_per_day; }

  bool has_day() const { return points_per_day > 0; }
  bool has_week() const { return points_per_week > 0; }

  int points_per_day = 0;      ///< 0 where a day has fewer than 4 points.
  int points_per_week = 0;     ///< 0 where a week has fewer than 4 points.
  int hour_points = 0;         ///< Points of a clock change; 0 above an hour.
  int hold_points = 12;        ///< How long data must stay elsewhere to be a new normal.
  float reference_gain = 0;    ///< Of the slow reference that drift is measured against.
  float drift_gain = 0.0625F;  ///< Of the middle level that drifts.
  bool is_daily = false;       ///< One point a day, or fewer.
  double points_per_90_days = 0;

  /// Points after which the model of a fresh regime is trusted fully again.
  int settling_points() const;

 private:
  std::int64_t shift_ = 0;  // From UTC to local time, in points.
};

}  // namespace bellwether::detect
