#include "week_echo.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <iterator>
#include <limits>

#include "cyclic_profile.hpp"
#include "robust.hpp"

namespace bellwether::detect {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr int least_values = 4;  // Of a bucket: one outlier must not become an echo.
constexpr float clear =
    5;  // Standard errors of a mean, four of a median: noise gets there once in a hundred weeks.

std::size_t index(int value) { return static_cast<std::size_t>(value); }

/// Stretches of a week that are not 0; a gap of up to two buckets does not end one.
struct Stretches {
  int count = 0;
  int at_usual_hours = 0;  ///< Begins and ends at the two commonest hours of the day.
};

Stretches stretches_of(std::span<const float> week) {
  constexpr std::size_t bridged = 2;
  const std::size_t day = week.size() / 7;
  Stretches found;
  std::vector<int> edges_at(day, 0);
  std::size_t zeros = bridged + 1;
  // A second turn, so that a stretch over the end counts once.
  for (std::size_t i = 0; i < 2 * week.size(); ++i) {
    const bool is_zero = week[i % week.size()] == 0;
    if (i >= week.size() && !is_zero && zeros > bridged) {
      ++found.count;
      ++edges_at[i % day];
    }
    zeros = is_zero ? zeros + 1 : 0;
    if (i >= week.size() && zeros == bridged + 1) ++edges_at[(i - bridged) % day];
  }
  std::partial_sort(edges_at.begin(), edges_at.begin() + 2, edges_at.end(), std::greater<>());
  found.at_usual_hours = edges_at[0] + edges_at[1];
  return found;
}

// People's weeks have few exceptions, or all begin and end by the clock; those of a series that
// wanders are many and anywhere.
bool looks_like_a_week(std::span<const float> echo) {
  const auto standing_out = static_cast<float>(echo.size()) -
                            static_cast<float>(std::count(echo.begin(), echo.end(), 0.0F));
  const float share = standing_out / static_cast<float>(echo.size());
  const Stretches stretches = stretches_of(echo);
  const bool are_few = stretches.count <= 4 && share <= 0.4F;
  const bool are_by_the_clock = 5 * stretches.at_usual_hours >= 8 * stretches.count;
  return standing_out > 0 && (are_few || (are_by_the_clock && share <= 0.6F));
}

}  // namespace

bool WeekEcho::hear(std::span<float> residual, int first_phase, int period,
                    FittedProfile<most_weekly_knots>& profile) {
  const int length = static_cast<int>(residual.size());
  const int knot_count = std::min(period, most_weekly_knots);
  int bucket_count = knot_count;
  while (period / bucket_count < least_values && bucket_count % 2 == 0) bucket_count /= 2;
  if (length < period || period / bucket_count < least_values) return false;

  level_last_week(residual, period);
  if (!(noise_ > 0)) return false;
  const CyclePosition week{(first_phase + length - period) % period, period};
  echo_.assign(index(bucket_count), 0);
  find_days(week);
  find_hours(week);
  if (!looks_like_a_week(echo_)) return false;

  profile.knot_count = knot_count;
  for (int k = 0; k < knot_count; ++k) {
    profile.knots[index(k)] = echo_[index(k * bucket_count / knot_count)];
  }
  profile.edges = find_edges(week_, week, profile.span());
  const FittedCycle echo(PlainKnots(profile.span()), period, ProfileForm::steps, &profile.edges);
  int phase = first_phase;
  float level = level_ - slope_ * (static_cast<float>(length) - 0.5F * static_cast<float>(period));
  for (float& value : residual) {
    const float distance = value - level;
    if (std::fabs(distance - echo.at(phase)) < std::fabs(distance)) value -= echo.at(phase);
    if (++phase == period) phase = 0;
    level += slope_;
  }
  return true;
}

// The slope is that between the same phases of two weeks, as far as there are two.
void WeekEcho::level_last_week(std::span<const float> residual, int period) {
  const std::size_t spare = residual.size() - index(period);
  scratch_.clear();
  for (std::size_t i = 0; i < spare; ++i) {
    const float step = residual[i + index(period)] - residual[i];
    if (is_present(step)) scratch_.push_back(step);
  }
  const bool is_enough = scratch_.size() >= index(period / 14);
  slope_ = is_enough ? median_of(scratch_) / static_cast<float>(period) : 0.0F;

  const auto last = residual.last(index(period));
  week_.assign(last.begin(), last.end());
  float trend = -0.5F * slope_ * static_cast<float>(period);
  for (float& value : week_) {
    value -= trend;
    trend += slope_;
  }
  scratch_.clear();
  std::copy_if(week_.begin(), week_.end(), std::back_inserter(scratch_), is_present);
  noise_ = 0;
  if (scratch_.size() < index(period / 2)) return;
  level_ = median_of(scratch_);
  for (float& value : week_) value -= level_;
  for (float& value : scratch_) value = std::fabs(value - level_);
  noise_ = 1.4826F * median_of(scratch_);
}

float WeekEcho::median_between(CyclePosition week, int begin, int end) {
  scratch_.clear();
  for (int i = begin; i < end; ++i) {
    const float value = week_[index((i - week.first_phase + week.period) % week.period)];
    if (is_present(value)) scratch_.push_back(value);
  }
  return scratch_.size() < index(least_values) ? missing : median_of(scratch_);
}

// A day stands out as a whole when it lies aside and its hours agree; a wandering series has none.
void WeekEcho::find_days(CyclePosition week) {
  constexpr float least_distance = 0.5F;  // In usual deviations.
  constexpr float most_disagreement = 0.35F;
  const int buckets_per_day = static_cast<int>(echo_.size()) / 7;
  if (buckets_per_day * 7 != static_cast<int>(echo_.size())) return;
  const int day = week.period / 7;
  std::vector<float> distances;
  for (int d = 0; d < 7; ++d) {
    const float level = median_between(week, d * day, (d + 1) * day);
    if (!(std::fabs(level) >= least_distance * noise_)) continue;
    distances.clear();
    for (int b = 0; b < buckets_per_day; ++b) {
      const float own = median_between(week, d * day + b * day / buckets_per_day,
                                       d * day + (b + 1) * day / buckets_per_day);
      if (is_present(own)) distances.push_back(std::fabs(own - level));
    }
    if (distances.empty() || median_of(distances) > most_disagreement * std::fabs(level)) continue;
    const auto own_buckets =
        std::span(echo_).subspan(index(d * buckets_per_day), index(buckets_per_day));
    std::fill(own_buckets.begin(), own_buckets.end(), level);
  }
}

void WeekEcho::find_hours(CyclePosition week) {
  const int count = static_cast<int>(echo_.size());
  for (int b = 0; b < count; ++b) {
    const float median =
        median_between(week, b * week.period / count, (b + 1) * week.period / count);
    if (!is_present(median)) continue;
    const float error = noise_ / std::sqrt(static_cast<float>(scratch_.size()));
    float& echo = echo_[index(b)];
    if (std::fabs(median - echo) >= std::max(noise_, clear * error)) echo = median;
  }
}

}  // namespace bellwether::detect
