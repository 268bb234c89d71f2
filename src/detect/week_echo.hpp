#pragma once

#include <span>
#include <vector>

#include "fitted_profile.hpp"

namespace bellwether::detect {

/// Of one week nothing can be tested. What stood out in it, its weekend most of all, is kept so
/// that the like of it at the same time of the next week is no news: an echo excuses, but nothing
/// is expected of it.
///
/// Threads  one at a time: it keeps its scratch.
class WeekEcho {
 public:
  /// `residual` is history without its daily profile, NaN where missing, less than two weeks of it,
  /// from phase `first_phase` on. True when something stood out; the echo is then in `profile`, and
  /// what it excuses is taken out of `residual`.
  bool hear(std::span<float> residual, int first_phase, int period,
            FittedProfile<most_weekly_knots>& profile);

 private:
  void level_last_week(std::span<const float> residual, int period);
  void find_days(CyclePosition week);
  void find_hours(CyclePosition week);
  float median_between(CyclePosition week, int begin, int end);

  float level_ = 0;  // Of the last week, at its middle.
  float slope_ = 0;  // From one point to the next.
  float noise_ = 0;
  std::vector<float> week_;  // The last one without level and slope.
  std::vector<float> echo_;  // By bucket of the week.
  std::vector<float> scratch_;
};

}  // namespace bellwether::detect
