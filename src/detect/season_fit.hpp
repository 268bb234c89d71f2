#pragma once

#include <array>
#include <span>
#include <vector>

#include "cadence.hpp"
#include "cyclic_profile.hpp"
#include "fitted_profile.hpp"
#include "week_echo.hpp"

namespace bellwether::detect {

/// The form a daily profile of so many knots has.
constexpr ProfileForm daily_form(int knot_count) {
  return knot_count <= 96 ? ProfileForm::smooth : ProfileForm::steps;
}

/// What a season test has found.
struct Season {
  FittedProfile<most_daily_knots> daily;
  FittedProfile<most_weekly_knots> weekly;
  float cycles = 2;         ///< Values each daily knot was learnt from, neighbours counted.
  float daily_values = 0;   ///< Values per daily knot.
  float weekly_values = 0;  ///< Values per weekly knot.

  /// The weekly profile is what stood out in the only week there is: it has never been tested.
  bool weekly_is_echo = false;

  /// How much smaller the residuals of the fitted history are than those to come: the profile has
  /// seen them.
  float shrinkage_of_daily() const;
  float shrinkage_of_weekly() const;

  bool has_tested_week() const { return weekly.exists() && !weekly_is_echo; }

  FittedCycle daily_view(const Cadence& cadence) {
    return {PlainKnots(daily.span()), cadence.points_per_day, daily_form(daily.knot_count)};
  }
  FittedCycle weekly_view(const Cadence& cadence) {
    return {PlainKnots(weekly.span()), cadence.points_per_week, ProfileForm::steps, &weekly.edges};
  }
};

/// A profile in use is given up later than a new one is taken up.
struct SeasonInUse {
  bool daily = false;
  bool weekly = false;
};

/// Finds the daily and the weekly profile of a piece of history, if leaving out one cycle at a time
/// shows that they predict.
///
/// Threads  one at a time: it keeps its scratch.
/// Cost     O(values), some tens of times; no allocation after the first long history.
class SeasonTest {
 public:
  /// `values` are transformed, NaN where missing, and begin at `first`. What the season does not
  /// explain is left in `residual()`.
  void run(std::span<const float> values, Phase first, const Cadence& cadence, SeasonInUse in_use,
           Season& season);

  /// As long as the values; NaN where they were.
  std::vector<float>& residual() { return residual_; }

 private:
  /// How the whole cycles at the end of history are cut into buckets.
  struct Cycles {
    int period = 0;
    int count = 0;
    int start = 0;        // Index of the first value used.
    int first_phase = 0;  // Its phase.
  };

  bool detrend(int period, int most_cycles, int first_phase, Cycles& cycles);
  float slope_between_cycles(int period);
  void find_clip(int period);
  double error_without_own_cycle(const Cycles& cycles, int bucket_count, ProfileForm form);
  FittedCycle profile_of_means(std::span<const double> means, const Cycles& cycles,
                               ProfileForm form);
  void knots_from_means(const Cycles& cycles, ProfileForm form, std::span<float> knots) const;
  void reconcile_two_cycles(int period);
  void sum_by_cycle(const Cycles& cycles, int bucket_count);
  void group_by_bucket(const Cycles& cycles, int bucket_count);
  float mean_near_median(std::span<float> values);
  void robust_means(const Cycles& cycles, int bucket_count, ProfileForm form,
                    std::span<float> knots);
  void fit_daily(Phase first, const Cadence& cadence, bool in_use, Season& season);
  void fit_weekly(Phase first, const Cadence& cadence, bool in_use, Season& season);
  void subtract(FittedCycle profile, int first_phase, int period);
  void assign_buckets(const Cycles& cycles, int bucket_count);

  WeekEcho echo_;
  float clip_ = 0;  // Of detrended values in the test; 0: there are too few, or they are all alike.
  std::vector<float> residual_;
  std::vector<float> detrended_;
  std::vector<float> medians_;  // By cycle, or means by bucket.
  std::vector<float> tried_knots_;
  std::vector<float> slopes_;
  std::vector<float> scratch_;
  std::vector<float> by_bucket_;
  std::vector<int> bucket_of_position_;
  std::vector<int> bucket_begin_;
  std::vector<double> sums_;
  std::vector<int> counts_;
  std::vector<double> cycle_sums_;
  std::vector<int> cycle_counts_;
};

}  // namespace bellwether::detect
