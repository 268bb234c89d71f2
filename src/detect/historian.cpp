#include "historian.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "outlier_mask.hpp"
#include "robust.hpp"

namespace bellwether::detect {
namespace {

constexpr float missing = std::numeric_limits<float>::quiet_NaN();
constexpr std::size_t least_values = 16;
constexpr std::size_t least_values_to_transform = 64;
constexpr double transform_margin = 0.03;

// Before the clock was set, history stands an hour off: it is moved, so that one profile fits all.
void move_before(std::span<const float> values, std::ptrdiff_t boundary, std::ptrdiff_t by,
                 std::vector<float>& moved) {
  const auto length = static_cast<std::ptrdiff_t>(values.size());
  moved.assign(values.size(), missing);
  for (std::ptrdiff_t i = 0; i < length; ++i) {
    const std::ptrdiff_t from = i < boundary ? i - by : i;
    if (from >= 0 && from < length) {
      moved[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(from)];
    }
  }
}

void move_back_before(std::span<const float> values, std::ptrdiff_t boundary, std::ptrdiff_t by,
                      std::vector<float>& moved) {
  const auto length = static_cast<std::ptrdiff_t>(values.size());
  moved.assign(values.size(), missing);
  for (std::ptrdiff_t i = 0; i < length; ++i) {
    const std::ptrdiff_t to = i < boundary ? i - by : i;
    if (to >= 0 && to < length) {
      moved[static_cast<std::size_t>(to)] = values[static_cast<std::size_t>(i)];
    }
  }
}

}  // namespace

bool Historian::study(const SeriesHistory& history, const Beliefs& beliefs,
                      const Cadence& cadence) {
  if (!summarise(history)) return false;
  choose_transform(history, beliefs, cadence);
  const Phase first = cadence.phase_of(history.first);
  fit_noise_by_hour(first, cadence);
  fit_counts(history, study_.season.daily.exists() || study_.season.has_tested_week());
  find_start(history, first, cadence);
  find_outliers(first, cadence);
  return true;
}

bool Historian::summarise(const SeriesHistory& history) {
  scratch_.clear();
  std::size_t zeros = 0;
  std::size_t integers = 0;
  for (const float value : history.values) {
    if (!is_present(value)) continue;
    scratch_.push_back(value);
    if (value == 0) ++zeros;
    if (value == std::floor(value)) ++integers;
  }
  if (scratch_.size() < least_values) return false;
  values_.count = scratch_.size();
  values_.smallest = *std::min_element(scratch_.begin(), scratch_.end());
  values_.largest = *std::max_element(scratch_.begin(), scratch_.end());
  values_.median = median_of(scratch_);
  values_.zero_share = static_cast<double>(zeros) / static_cast<double>(values_.count);
  values_.are_integers = integers == values_.count;

  double deviation = 0;
  for (const float value : scratch_) deviation += std::fabs(value - values_.median);
  study_.start = Start();
  study_.start.mean = values_.median;
  study_.start.spread = static_cast<float>(deviation / static_cast<double>(values_.count));
  return true;
}

bool Historian::candidate(TransformKind kind, Transform& transform) const {
  transform = {kind, 0};
  if (kind == TransformKind::identity) return true;
  if (values_.smallest < 0 || values_.largest <= 0 || values_.count < least_values_to_transform) {
    return false;
  }
  const bool is_root = kind == TransformKind::square_root;
  if (values_.zero_share > 0.02 && !(values_.are_integers && is_root)) return false;
  if (is_root && values_.are_integers && values_.zero_share > 0.6) return false;
  if (values_.are_integers) {
    transform.offset = is_root ? 0.375F : 0.5F;
  } else {
    transform.offset = 0.01F * values_.median + (is_root ? 0.0F : 1e-12F);
  }
  return true;
}

void Historian::choose_transform(const SeriesHistory& history, const Beliefs& beliefs,
                                 const Cadence& cadence) {
  double best = std::numeric_limits<double>::infinity();
  for (const auto kind :
       {TransformKind::identity, TransformKind::square_root, TransformKind::logarithm}) {
    Transform transform;
    if (!candidate(kind, transform)) continue;
    double length = try_transform(history, transform, beliefs, cadence, tried_season_);
    // A profile of few cycles always fits them well: that is no merit of the transform.
    length -= std::log(tried_season_.shrinkage_of_daily() * tried_season_.shrinkage_of_weekly());
    if (kind == beliefs.transform) length -= transform_margin;
    if (kind != TransformKind::identity) length += transform_margin;
    if (kind == TransformKind::square_root && values_.are_integers && values_.median >= 2 &&
        values_.median < 100) {
      length -= 2 * transform_margin;  // Counts have a square root's noise.
    }
    if (length < best) {
      best = length;
      study_.transform = transform;
      study_.season = tried_season_;
      residual_.swap(season_test_.residual());
    }
  }
}

double Historian::try_transform(const SeriesHistory& history, const Transform& transform,
                                const Beliefs& beliefs, const Cadence& cadence, Season& season) {
  transformed_.resize(history.values.size());
  std::transform(history.values.begin(), history.values.end(), transformed_.begin(),
                 [&](float value) { return is_present(value) ? transform.apply(value) : missing; });

  const std::ptrdiff_t boundary =
      beliefs.clock_switch != 0 ? beliefs.switched_at - history.first : 0;
  const bool was_switched = boundary > 0;
  if (was_switched) {
    move_before(transformed_, boundary, beliefs.clock_switch, aligned_);
    transformed_.swap(aligned_);
  }
  season_test_.run(transformed_, cadence.phase_of(history.first), cadence, beliefs.season, season);
  remove_level(cadence);
  if (was_switched) {
    std::vector<float>& residual = season_test_.residual();
    move_back_before(residual, boundary, beliefs.clock_switch, aligned_);
    residual.swap(aligned_);
  }
  return description_length(history, transform);
}

// The logarithm of the noise in the value's own unit: what a transform gains, its slope gives back.
double Historian::description_length(const SeriesHistory& history, const Transform& transform) {
  const std::vector<float>& residual = season_test_.residual();
  sizes_.clear();
  double log_slopes = 0;
  for (std::size_t i = 0; i < residual.size(); ++i) {
    if (!is_present(residual[i])) continue;
    sizes_.push_back(std::fabs(residual[i]));
    const float value = history.values[i];
    if (!is_present(value)) continue;
    if (transform.kind == TransformKind::square_root) {
      log_slopes += 0.5 * std::log(std::max(1e-30F, value + transform.offset));
    } else if (transform.kind == TransformKind::logarithm) {
      log_slopes += std::log(std::max(1e-30F, value + transform.offset));
    }
  }
  if (sizes_.empty()) return std::numeric_limits<double>::max();
  const float limit = quantile_of(sizes_, 0.98);
  double noise = 0;
  for (const float size : sizes_) noise += std::min(size, limit);
  const auto count = static_cast<double>(sizes_.size());
  return std::log(std::max(noise / count, 1e-9)) + log_slopes / count;
}

// Takes each day's median away, so that what is left is noise alone.
void Historian::remove_level(const Cadence& cadence) {
  std::vector<float>& residual = season_test_.residual();
  const int day = cadence.has_day() ? cadence.points_per_day : 28;
  const auto width = static_cast<std::size_t>(std::max(24, day));
  float level = missing;
  for (std::size_t begin = 0; begin < residual.size(); begin += width) {
    const auto block = std::span(residual).subspan(begin, std::min(width, residual.size() - begin));
    scratch_.clear();
    std::copy_if(block.begin(), block.end(), std::back_inserter(scratch_), is_present);
    if (scratch_.size() > 4 || (!is_present(level) && !scratch_.empty())) {
      level = median_of(scratch_);
    }
    for (float& value : block) value -= level;
  }
}

// Puts the sizes of the residuals side by side, hour by hour.
void Historian::group_sizes_by_hour(Phase first, const Cadence& cadence) {
  hour_begin_.fill(0);
  const auto for_each_size = [&](const auto& take) {
    Phase phase = first;
    for (const float value : residual_) {
      if (is_present(value)) take(static_cast<std::size_t>(cadence.day_slot(phase)), value);
      phase = cadence.next(phase);
    }
  };
  for_each_size([&](std::size_t hour, float) { ++hour_begin_[hour + 1]; });
  std::partial_sum(hour_begin_.begin(), hour_begin_.end(), hour_begin_.begin());
  sizes_.resize(hour_begin_.back());
  auto next = hour_begin_;
  for_each_size([&](std::size_t hour, float value) { sizes_[next[hour]++] = std::fabs(value); });
}

void Historian::fit_noise_by_hour(Phase first, const Cadence& cadence) {
  constexpr int slots = ScaleProfile::slot_count;
  constexpr double neighbour_weight = 0.33;
  constexpr double pseudo_points = 15;
  study_.noise_by_hour = ScaleProfile();
  if (!study_.season.daily.exists()) return;

  group_sizes_by_hour(first, cadence);
  std::array<double, slots> sums{};
  std::array<double, slots> counts{};
  double total = 0;
  double total_count = 0;
  for (std::size_t k = 0; k < slots; ++k) {
    const std::span<float> sizes =
        std::span(sizes_).subspan(hour_begin_[k], hour_begin_[k + 1] - hour_begin_[k]);
    counts[k] = static_cast<double>(sizes.size());
    sums[k] = static_cast<double>(guarded_mean_of(sizes)) * counts[k];
    total += sums[k];
    total_count += counts[k];
  }
  if (!(total > 0)) return;

  const double mean = total / total_count;
  std::array<double, slots> factors{};
  for (std::size_t k = 0; k < slots; ++k) {
    const std::size_t left = (k + slots - 1) % slots;
    const std::size_t right = (k + 1) % slots;
    const double sum = sums[k] + neighbour_weight * (sums[left] + sums[right]);
    const double count = counts[k] + neighbour_weight * (counts[left] + counts[right]);
    factors[k] = (sum + pseudo_points * mean) / (count + pseudo_points) / mean;
  }
  const auto [low, high] = std::minmax_element(factors.begin(), factors.end());
  if (*high <= 1.4 * *low) return;
  for (int slot = 0; slot < slots; ++slot) {
    study_.noise_by_hour.set(slot, static_cast<float>(factors[static_cast<std::size_t>(slot)]));
  }
}

// How much more integer values scatter than Poisson's would.
void Historian::fit_counts(const SeriesHistory& history, bool has_season) {
  study_.counts = CountModel();
  if (!values_.are_integers) return;
  const Transform& transform = study_.transform;
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < residual_.size(); ++i) {
    if (!is_present(residual_[i]) || !is_present(history.values[i])) continue;
    sum += history.values[i];
    ++count;
  }
  if (count == 0) return;
  const double mean = sum / static_cast<double>(count);
  if (mean >= 100) return;

  const bool has_forecast = has_season || transform.kind != TransformKind::identity;
  const double bias = transform.kind == TransformKind::square_root ? 0.25 : 0;
  sizes_.clear();
  for (std::size_t i = 0; i < residual_.size(); ++i) {
    if (!is_present(residual_[i]) || !is_present(history.values[i])) continue;
    double expected = mean;
    if (has_forecast) {
      const float value = history.values[i];
      expected = transform.invert(transform.apply(value) - residual_[i]) + bias;
    }
    const double error = history.values[i] - expected;
    const double variance = std::max({0.3 * mean, expected, 1e-6});
    sizes_.push_back(static_cast<float>(error * error / variance));
  }
  scratch_ = sizes_;
  const float limit = std::max(quantile_of(scratch_, 0.995), 12.0F);
  double dispersion = 0;
  for (const float size : sizes_) dispersion += std::min(size, limit);
  dispersion /= static_cast<double>(sizes_.size());
  if (dispersion >= 6) return;
  // Integers that scatter less than counts do, but for a few, were not counted, only rounded.
  if (mean >= 1 && clipped_mean_of(sizes_) < 0.5F) return;
  const float doubt =
      study_.season.daily.exists() ? std::max(0.01F, 1 / study_.season.cycles) : 0.02F;
  study_.counts = CountModel(static_cast<float>(std::max(1.0, 1.1 * dispersion)), doubt);
}

void Historian::find_start(const SeriesHistory& history, Phase first, const Cadence& cadence) {
  sizes_.clear();
  for (const float value : residual_) {
    if (is_present(value)) sizes_.push_back(std::fabs(value));
  }
  const float size = clipped_mean_of(sizes_);
  sizes_.clear();
  for (std::size_t i = 1; i < residual_.size(); ++i) {
    const float step = std::fabs(residual_[i] - residual_[i - 1]);
    if (is_present(step)) sizes_.push_back(step);
  }
  const float step_size = clipped_mean_of(sizes_);

  const FittedCycle daily = study_.season.daily_view(cadence);
  const FittedCycle weekly =
      study_.season.has_tested_week() ? study_.season.weekly_view(cadence) : FittedCycle();
  const int day = cadence.has_day() ? std::min(cadence.points_per_day, 288) : 14;
  const std::size_t length = std::min(history.values.size(), static_cast<std::size_t>(day));
  scratch_.clear();
  Phase phase = first;
  for (const float value : history.values.first(length)) {
    if (is_present(value)) {
      scratch_.push_back(study_.transform.apply(value) - daily.at(phase.day) -
                         weekly.at(phase.week));
    }
    phase = cadence.next(phase);
  }

  Start& start = study_.start;
  start.error = std::min(size, step_size);
  start.slow_error = size;
  start.is_known = scratch_.size() > 4 && start.error > 0;
  if (!start.is_known) return;
  // A series that walks begins where it begins; any other near its first day's median.
  const bool walks = step_size < 0.8F * size;
  const float first_value = scratch_.front();
  start.level = walks ? first_value : median_of(scratch_);
}

void Historian::find_outliers(Phase first, const Cadence& cadence) {
  constexpr std::size_t least_sizes = 61;
  study_.masked.assign(residual_.size(), 0);
  sizes_.clear();
  for (const float value : residual_) {
    if (is_present(value)) sizes_.push_back(std::fabs(value));
  }
  if (sizes_.size() < least_sizes) return;
  const bool is_plain = study_.transform.kind == TransformKind::identity;
  const float floor = 1e-9F + (is_plain ? 0.01F * study_.start.spread : 0.0F);
  const float scale = std::max(1.48F * median_of(sizes_), floor);

  const bool has_hours = study_.season.daily.exists();
  scratch_ = residual_;
  Phase phase = first;
  for (float& z : scratch_) {
    z /= scale * (has_hours ? study_.noise_by_hour.at(cadence.day_slot(phase)) : 1.0F);
    phase = cadence.next(phase);
  }
  mask_outliers(scratch_, study_.masked);
}

}  // namespace bellwether::detect
