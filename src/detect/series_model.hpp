#pragma once

#include <algorithm>
#include <cstdint>

#include "cadence.hpp"
#include "clock_change.hpp"
#include "count_tail.hpp"
#include "cyclic_profile.hpp"
#include "drift_channel.hpp"
#include "event_gate.hpp"
#include "evidence.hpp"
#include "fast_mean_channel.hpp"
#include "forecaster.hpp"
#include "pattern_channel.hpp"
#include "point_channel.hpp"
#include "regime_memory.hpp"
#include "run_length_channel.hpp"
#include "scale_profile.hpp"
#include "spread_channel.hpp"
#include "transform.hpp"
#include "unusual_day_channel.hpp"

namespace bellwether::detect {

/// What the last refit found out about a series.
struct Traits {
  static constexpr std::uint8_t no_slot = UINT8_MAX;

  Transform transform;
  CountModel counts;
  float cycles = 0;                   ///< Days the daily profile was learnt from.
  std::uint8_t daily_slot = no_slot;  ///< Where its knots lie in the block's pools.
  std::uint8_t weekly_slot = no_slot;
  std::uint8_t daily_pool = 0;
  std::uint8_t weekly_pool = 0;
  bool weekly_is_echo = false;  ///< It excuses, but nothing is expected of it.

  bool has_daily() const { return daily_slot != no_slot; }
  bool has_weekly() const { return weekly_slot != no_slot; }
  bool has_tested_week() const { return has_weekly() && !weekly_is_echo; }
};

/// What the last point has shown that calls for a refit before its time.
enum class RefitWish : std::uint8_t { none, after_shift, after_clock_change };

/// A series' age, and when its model is to be refitted.
struct Lifetime {
  std::int64_t birth = INT64_MIN;        ///< Interval of the first value.
  std::uint32_t refit_age = UINT32_MAX;  ///< Age at which a refit is due.
  std::uint16_t points_seen = 0;         ///< Since the replay or the life began; stops at the top.
  RefitWish wish = RefitWish::none;

  bool is_born() const { return birth != INT64_MIN; }

  /// In intervals; 1 with the first value.
  std::int64_t age_at(std::int64_t interval) const { return interval - birth + 1; }

  void count_point() {
    if (points_seen < UINT16_MAX) ++points_seen;
  }
  void refit_at(std::int64_t age) {
    refit_age = static_cast<std::uint32_t>(std::min<std::int64_t>(age, UINT32_MAX));
  }

  template <class Archive>
  void describe(Archive& archive) {
    archive(birth, refit_age, points_seen, wish);
  }
};

/// Everything one series has learnt. The parts lie in the columns of a block; this holds them
/// together while a point is scored.
struct SeriesModel {
  Lifetime& life;
  Traits& traits;
  ScaleProfile& noise_by_hour;
  Forecaster& forecaster;
  PointChannel& point;
  FastMeanChannel& fast_mean;
  SpreadChannel& spread;
  DriftChannel& drift;
  RunLengthChannel& run_length;
  UnusualDayChannel& day;
  EventGate& gate;
  RegimeMemory& regimes;
  ClockChange& clock;
  LearningCycle daily;
  LearningCycle weekly;
  LearningCycle echo;  ///< What stood out a week ago, as long as there is no weekly profile.
  PatternChannel* pattern = nullptr;  ///< Where it was asked for.
};

/// What a model says of a point, on the transformed scale.
struct PointScore {
  float expected = 0;
  float scale = 0;
  float evidence = 0;
  Reason reason = Reason::none;
};

/// When and how a point reaches a model.
struct Occasion {
  std::int64_t interval = 0;
  Phase phase;                 ///< Of the interval, before a clock change is allowed for.
  bool is_live = true;         ///< False in a refit's replay.
  float in_sample = 1;         ///< Above 1 where the profile was learnt from this very point.
  int told_normal = 0;         ///< How often the point counts because a person called it normal.
  bool is_told_level = false;  ///< That holds for so many points on end that they are a level.
};

/// Scores a value, then learns from it: the whole journey of a point.
PointScore score_and_learn(SeriesModel& model, const Cadence& cadence, const Occasion& occasion,
                           float value);

/// What is expected of a value that did not come.
PointScore expect_only(const SeriesModel& model, const Cadence& cadence, const Occasion& occasion);

/// Forgets all but the calibrators' shapes and a little of their past: a replay follows.
void restart(SeriesModel& model);

}  // namespace bellwether::detect
