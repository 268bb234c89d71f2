#include "season_fit.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "robust.hpp"

namespace bellwether::detect {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr int most_days = 28;
constexpr int most_weeks = 8;
constexpr double daily_gain = 0.15;  // A profile must predict this much better than none.
constexpr double weekly_gain = 0.12;
constexpr double in_use_factor = 0.6;

// A mean of n values takes one n-th of their variance with it.
float shrinkage(float values) { return std::sqrt(1 - 1 / std::max(values, 2.0F)); }

std::size_t index(int value) { return static_cast<std::size_t>(value); }

}  // namespace

float Season::shrinkage_of_daily() const { return daily.exists() ? shrinkage(daily_values) : 1.0F; }

float Season::shrinkage_of_weekly() const {
  return has_tested_week() ? shrinkage(weekly_values) : 1.0F;
}

void SeasonTest::run(std::span<const float> values, Phase first, const Cadence& cadence,
                     SeasonInUse in_use, Season& season) {
  season = Season();
  residual_.assign(values.begin(), values.end());
  if (cadence.has_day()) fit_daily(first, cadence, in_use.daily, season);
  if (!cadence.has_week()) return;
  fit_weekly(first, cadence, in_use.weekly, season);
  if (season.weekly.exists() || index(2 * cadence.points_per_week) <= residual_.size()) return;
  season.weekly_is_echo = echo_.hear(residual_, first.week, cadence.points_per_week, season.weekly);
}

void SeasonTest::fit_daily(Phase first, const Cadence& cadence, bool in_use, Season& season) {
  const int period = cadence.points_per_day;
  Cycles cycles;
  if (!detrend(period, most_days, first.day, cycles)) return;

  int knot_count = std::min(period, 96);
  double error = error_without_own_cycle(cycles, knot_count, daily_form(knot_count));
  if (period > 96 && cycles.count >= 3) {
    const int finer_count = std::min(period, most_daily_knots);
    const double finer_error =
        error_without_own_cycle(cycles, finer_count, daily_form(finer_count));
    if (finer_error < 0.95 * error) {
      error = finer_error;
      knot_count = finer_count;
    }
  }
  const double needed =
      daily_gain * (in_use ? in_use_factor : 1.0) * (cycles.count < 3 ? 1.5 : 1.0);
  if (!(error < 1 - needed)) return;

  season.daily.knot_count = knot_count;
  const int values_per_knot = knot_count < period ? std::min(3, period / knot_count) : 1;
  season.cycles = static_cast<float>(cycles.count * values_per_knot);
  season.daily_values = static_cast<float>(cycles.count * period) / static_cast<float>(knot_count);
  robust_means(cycles, knot_count, daily_form(knot_count), season.daily.span());
  subtract(season.daily_view(cadence), first.day, period);
}

void SeasonTest::fit_weekly(Phase first, const Cadence& cadence, bool in_use, Season& season) {
  const int period = cadence.points_per_week;
  Cycles cycles;
  if (!detrend(period, most_weeks, first.week, cycles)) return;
  if (cycles.count == 2) reconcile_two_cycles(period);

  int knot_count = std::min(period, most_weekly_knots);
  double error = error_without_own_cycle(cycles, knot_count, ProfileForm::steps);
  if (period >= 28) {
    const double error_of_days = error_without_own_cycle(cycles, 7, ProfileForm::steps);
    if (error_of_days < error) {
      error = error_of_days;
      knot_count = 7;
    }
  }
  const bool has_daily = season.daily.exists();
  const double young_factor = cycles.count < 3 ? (has_daily ? 1.5 : 2.5) : 1.0;
  const double needed = weekly_gain * (in_use ? in_use_factor : 1.0) * young_factor;
  if (!(error < 1 - needed)) return;

  season.weekly.knot_count = knot_count;
  season.weekly_values = static_cast<float>(cycles.count * period) / static_cast<float>(knot_count);
  robust_means(cycles, knot_count, ProfileForm::steps, season.weekly.span());
  season.weekly.edges = find_edges(detrended_, {cycles.first_phase, period}, season.weekly.span());
  subtract(season.weekly_view(cadence), first.week, period);

  // Weekends leave less in the daily profile once the weekly one is known.
  if (!has_daily || !detrend(cadence.points_per_day, most_days, first.day, cycles)) return;
  FittedProfile<most_daily_knots> correction;
  correction.knot_count = season.daily.knot_count;
  const ProfileForm form = daily_form(correction.knot_count);
  robust_means(cycles, correction.knot_count, form, correction.span());
  subtract({PlainKnots(correction.span()), cadence.points_per_day, form}, first.day,
           cadence.points_per_day);
  for (std::size_t k = 0; k < index(correction.knot_count); ++k) {
    season.daily.knots[k] += correction.knots[k];
  }
}

void SeasonTest::subtract(FittedCycle profile, int first_phase, int period) {
  int phase = first_phase;
  for (float& value : residual_) {
    value -= profile.at(phase);
    if (++phase == period) phase = 0;
  }
}

// Takes each cycle's median and the slope between cycles away. Without the slope a linear trend
// would look like a saw-tooth.
bool SeasonTest::detrend(int period, int most_cycles, int first_phase, Cycles& cycles) {
  const int length = static_cast<int>(residual_.size());
  if (length < 2 * period) return false;
  cycles.period = period;
  cycles.count = std::min(length / period, most_cycles);
  cycles.start = length - cycles.count * period;
  cycles.first_phase = (first_phase + cycles.start) % period;

  medians_.assign(index(cycles.count), missing);
  for (int k = 0; k < cycles.count; ++k) {
    const auto cycle =
        std::span(residual_).subspan(index(cycles.start + k * period), index(period));
    scratch_.clear();
    std::copy_if(cycle.begin(), cycle.end(), std::back_inserter(scratch_), is_present);
    if (scratch_.size() >= index(period / 4 + 1)) medians_[index(k)] = median_of(scratch_);
  }

  const float slope = slope_between_cycles(period);
  const float half = 0.5F * static_cast<float>(period);
  detrended_.resize(index(cycles.count * period));
  for (int k = 0; k < cycles.count; ++k) {
    for (int i = 0; i < period; ++i) {
      const int at = k * period + i;
      detrended_[index(at)] = residual_[index(cycles.start + at)] - medians_[index(k)] -
                              slope * (static_cast<float>(i) - half);
    }
  }
  find_clip(period);
  return true;
}

// Values count up to five times their mean size in the test, so that a few outliers decide nothing;
// nor may one that is larger than all else together decide what the mean is.
void SeasonTest::find_clip(int period) {
  scratch_.clear();
  double size = 0;
  for (const float value : detrended_) {
    if (!is_present(value)) continue;
    scratch_.push_back(std::fabs(value));
    size += std::fabs(value);
  }
  clip_ = 0;
  if (scratch_.size() < index(period) || !(size > 0)) return;
  const auto mean_size = static_cast<float>(size / static_cast<double>(scratch_.size()));
  clip_ = 5 * mean_size;
  // Only values beyond 25 mean sizes can make up most of the sum while being few.
  if (*std::max_element(scratch_.begin(), scratch_.end()) < 25 * mean_size) return;
  const float usual_size = clipped_mean_of(scratch_);
  if (usual_size > 0) clip_ = std::min(clip_, 25 * usual_size);
}

// Of two values no median can say which is the outlier. Where two weeks disagree far more than they
// mostly do, the one that asks for less of a profile is believed.
void SeasonTest::reconcile_two_cycles(int period) {
  const auto first = std::span(detrended_).first(index(period));
  const auto second = std::span(detrended_).last(index(period));
  scratch_.clear();
  for (std::size_t i = 0; i < first.size(); ++i) {
    const float distance = std::fabs(first[i] - second[i]);
    if (is_present(distance)) scratch_.push_back(distance);
  }
  if (scratch_.empty()) return;
  const float limit = 8 * median_of(scratch_);
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (!(std::fabs(first[i] - second[i]) > limit)) continue;
    first[i] = second[i] = std::fabs(first[i]) < std::fabs(second[i]) ? first[i] : second[i];
  }
}

float SeasonTest::slope_between_cycles(int period) {
  slopes_.clear();
  for (std::size_t k = 1; k < medians_.size(); ++k) {
    const float step = medians_[k] - medians_[k - 1];
    if (is_present(step)) slopes_.push_back(step / static_cast<float>(period));
  }
  if (slopes_.empty()) return 0;
  if (slopes_.size() == 2) {
    return std::fabs(slopes_[0]) < std::fabs(slopes_[1]) ? slopes_[0] : slopes_[1];
  }
  return median_of(slopes_);
}

void SeasonTest::assign_buckets(const Cycles& cycles, int bucket_count) {
  bucket_of_position_.resize(index(cycles.period));
  for (int i = 0; i < cycles.period; ++i) {
    const std::int64_t phase = (cycles.first_phase + i) % cycles.period;
    bucket_of_position_[index(i)] = static_cast<int>(phase * bucket_count / cycles.period);
  }
}

// The mean error of predicting each cycle from the bucket means of the others, relative to the
// error of predicting nothing: below 1 the profile knows something.
double SeasonTest::error_without_own_cycle(const Cycles& cycles, int bucket_count,
                                           ProfileForm form) {
  if (clip_ <= 0) return 2;
  sum_by_cycle(cycles, bucket_count);
  const std::size_t buckets = index(bucket_count);
  double plain_error = 0;
  double profile_error = 0;
  const float* value = detrended_.data();
  for (int k = 0; k < cycles.count; ++k) {
    // From here on the cycle's own sums become the prediction by the other cycles.
    double* others = cycle_sums_.data() + index(k) * buckets;
    const int* counts = cycle_counts_.data() + index(k) * buckets;
    for (std::size_t b = 0; b < buckets; ++b) {
      const int count = counts_[b] - counts[b];
      others[b] = count > 0 ? (sums_[b] - others[b]) / count : 0;
    }
    const FittedCycle profile = profile_of_means({others, buckets}, cycles, form);
    int phase = cycles.first_phase;
    for (int i = 0; i < cycles.period; ++i, ++value) {
      const float predicted = profile.at(phase);
      if (++phase == cycles.period) phase = 0;
      if (!is_present(*value)) continue;
      const float clipped = std::clamp(*value, -clip_, clip_);
      plain_error += std::fabs(clipped);
      profile_error += std::fabs(clipped - predicted);
    }
  }
  return profile_error / plain_error;
}

// Clipped sums and counts by bucket, of each cycle and of all.
void SeasonTest::sum_by_cycle(const Cycles& cycles, int bucket_count) {
  assign_buckets(cycles, bucket_count);
  const std::size_t buckets = index(bucket_count);
  sums_.assign(buckets, 0);
  counts_.assign(buckets, 0);
  cycle_sums_.assign(buckets * index(cycles.count), 0);
  cycle_counts_.assign(buckets * index(cycles.count), 0);
  const float* value = detrended_.data();
  for (int k = 0; k < cycles.count; ++k) {
    double* sums = cycle_sums_.data() + index(k) * buckets;
    int* counts = cycle_counts_.data() + index(k) * buckets;
    for (int i = 0; i < cycles.period; ++i, ++value) {
      if (!is_present(*value)) continue;
      const std::size_t bucket = index(bucket_of_position_[index(i)]);
      sums[bucket] += std::clamp(*value, -clip_, clip_);
      ++counts[bucket];
    }
    for (std::size_t b = 0; b < buckets; ++b) {
      sums_[b] += sums[b];
      counts_[b] += counts[b];
    }
  }
}

FittedCycle SeasonTest::profile_of_means(std::span<const double> means, const Cycles& cycles,
                                         ProfileForm form) {
  medians_.assign(means.begin(), means.end());
  tried_knots_.resize(means.size());
  knots_from_means(cycles, form, tried_knots_);
  return {PlainKnots(tried_knots_), cycles.period, form};
}

// A smooth profile has its knots between the buckets.
void SeasonTest::knots_from_means(const Cycles& cycles, ProfileForm form,
                                  std::span<float> knots) const {
  const bool between =
      form == ProfileForm::smooth && static_cast<int>(knots.size()) < cycles.period;
  for (std::size_t b = 0; b < knots.size(); ++b) {
    const float own = medians_[b];
    const float before = medians_[b == 0 ? knots.size() - 1 : b - 1];
    knots[b] = between ? 0.5F * (own + before) : own;
  }
}

// Puts the values of each bucket side by side.
void SeasonTest::group_by_bucket(const Cycles& cycles, int bucket_count) {
  assign_buckets(cycles, bucket_count);
  bucket_begin_.assign(index(bucket_count) + 1, 0);
  for (std::size_t at = 0; at < detrended_.size(); ++at) {
    if (!is_present(detrended_[at])) continue;
    ++bucket_begin_[index(bucket_of_position_[at % index(cycles.period)]) + 1];
  }
  for (std::size_t b = 1; b < bucket_begin_.size(); ++b) bucket_begin_[b] += bucket_begin_[b - 1];
  by_bucket_.resize(index(bucket_begin_.back()));
  counts_.assign(bucket_begin_.begin(), bucket_begin_.end() - 1);
  for (std::size_t at = 0; at < detrended_.size(); ++at) {
    if (!is_present(detrended_[at])) continue;
    const std::size_t bucket = index(bucket_of_position_[at % index(cycles.period)]);
    by_bucket_[index(counts_[bucket]++)] = detrended_[at];
  }
}

float SeasonTest::mean_near_median(std::span<float> values) {
  const float centre = median_of(values);
  scratch_.clear();
  for (const float value : values) scratch_.push_back(std::fabs(value - centre));
  const float limit = 3 * 1.4826F * median_of(scratch_) + 1e-12F;
  double sum = 0;
  int count = 0;
  for (const float value : values) {
    if (std::fabs(value - centre) > limit) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? static_cast<float>(sum / count) : centre;
}

// Bucket by bucket the mean of the values near the median.
void SeasonTest::robust_means(const Cycles& cycles, int bucket_count, ProfileForm form,
                              std::span<float> knots) {
  group_by_bucket(cycles, bucket_count);
  medians_.assign(index(bucket_count), 0);
  double mean = 0;
  for (int b = 0; b < bucket_count; ++b) {
    const auto values = std::span(by_bucket_)
                            .subspan(index(bucket_begin_[index(b)]),
                                     index(bucket_begin_[index(b) + 1] - bucket_begin_[index(b)]));
    if (values.empty()) continue;
    medians_[index(b)] = mean_near_median(values);
    mean += medians_[index(b)];
  }
  mean /= bucket_count;

  for (float& value : medians_) value -= static_cast<float>(mean);
  knots_from_means(cycles, form, knots);
}

}  // namespace bellwether::detect
