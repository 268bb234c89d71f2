#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cadence.hpp"
#include "count_tail.hpp"
#include "scale_profile.hpp"
#include "season_fit.hpp"
#include "transform.hpp"

namespace bellwether::detect {

/// The longest piece of history a refit reads, in intervals.
constexpr std::int64_t most_history = 8192;

/// One series' recent past, NaN where there was no value.
struct SeriesHistory {
  std::span<const float> values;
  std::int64_t first = 0;  ///< Interval of the first value.
};

/// What the model in use believes; a new belief must be better than it, not only as good.
struct Beliefs {
  TransformKind transform = TransformKind::identity;
  SeasonInUse season;
  int clock_switch = 0;          ///< Points the clock was set on by; 0 when it was not.
  std::int64_t switched_at = 0;  ///< When.
};

/// Where a replay starts.
struct Start {
  bool is_known = false;
  float level = 0;
  float error = 0;
  float slow_error = 0;
  float mean = 0;  ///< The median and mean deviation of the values themselves.
  float spread = 0;
};

/// What a refit finds in history, before the model is replayed over it.
struct Study {
  Transform transform;
  CountModel counts;
  Season season;
  ScaleProfile noise_by_hour;
  Start start;
  std::vector<char> masked;  ///< By value: an outlier that must not teach.
};

/// Studies history: transform, season, noise by the hour, count model, outliers.
///
/// Threads  one caller each: it keeps its scratch, about a megabyte.
class Historian {
 public:
  /// False when there is too little to learn from. The result is valid until the next call.
  bool study(const SeriesHistory& history, const Beliefs& beliefs, const Cadence& cadence);

  Study& result() { return study_; }

 private:
  struct Values {
    std::size_t count = 0;
    float median = 0;
    float smallest = 0;
    float largest = 0;
    double zero_share = 0;
    bool are_integers = false;
  };

  bool summarise(const SeriesHistory& history);
  bool candidate(TransformKind kind, Transform& transform) const;
  void choose_transform(const SeriesHistory& history, const Beliefs& beliefs,
                        const Cadence& cadence);
  double try_transform(const SeriesHistory& history, const Transform& transform,
                       const Beliefs& beliefs, const Cadence& cadence, Season& season);
  double description_length(const SeriesHistory& history, const Transform& transform);
  void remove_level(const Cadence& cadence);
  void group_sizes_by_hour(Phase first, const Cadence& cadence);
  void fit_noise_by_hour(Phase first, const Cadence& cadence);
  void fit_counts(const SeriesHistory& history, bool has_season);
  void find_start(const SeriesHistory& history, Phase first, const Cadence& cadence);
  void find_outliers(Phase first, const Cadence& cadence);

  Study study_;
  Values values_;
  Season tried_season_;
  SeasonTest season_test_;
  std::vector<float> transformed_;
  std::vector<float> aligned_;
  std::vector<float> residual_;  // Of the best transform, without season and level.
  std::vector<float> scratch_;
  std::vector<float> sizes_;
  std::array<std::size_t, ScaleProfile::slot_count + 1> hour_begin_{};
};

}  // namespace bellwether::detect
