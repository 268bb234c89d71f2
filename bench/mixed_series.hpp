#pragma once

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "bellwether/detect/history.hpp"
#include "bellwether/domain/frame.hpp"

namespace bellwether {

/// Flat, daily, daily and weekly, and counting series by turns, each at a level of its own. Any
/// value can be made at any time, so that nothing has to be stored.
class MixedSeries final : public detect::History {
 public:
  MixedSeries(std::size_t series_count, int points_per_day)
      : series_count_(series_count), points_per_day_(static_cast<std::size_t>(points_per_day)) {
    for (std::size_t i = 0; i < noises_.size(); ++i) noises_[i] = normal(i);
    for (std::size_t i = 0; i < points_per_day_; ++i) {
      day_.push_back(static_cast<float>(
          std::sin(turn * static_cast<double>(i) / static_cast<double>(points_per_day_))));
    }
  }

  float value(std::size_t series, std::int64_t interval) const {
    const auto at = static_cast<std::size_t>(interval);
    const float day = day_[at % points_per_day_];
    const float noise = noises_[(series * 7919 + at * 104'729) % noises_.size()];
    const float level = 100.0F * static_cast<float>(1 + series % 17);
    const bool is_weekend = at / points_per_day_ % 7 >= 5;
    switch (series % 4) {
      case 0:
        return level * (1 + 0.05F * noise);
      case 1:
        return level * (1 + 0.4F * day + 0.05F * noise);
      case 2:
        return level * (1 + 0.4F * day - (is_weekend ? 0.2F : 0.0F) + 0.05F * noise);
      default:
        return std::max(0.0F, std::round(6 + 3 * day + 2.5F * noise));
    }
  }

  /// A frame of all series; its vectors are used again.
  void fill(Frame& frame, std::int64_t interval) const {
    frame.interval = interval;
    frame.series_count = series_count_;
    frame.measures.resize(1);
    auto& values = frame.measures[0].values;
    values.resize(series_count_);
    for (std::size_t s = 0; s < series_count_; ++s) values[s] = value(s, interval);
  }

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override {
    refits_ += range.series_count;
    auto at = values.begin();
    for (std::size_t s = 0; s < range.series_count; ++s) {
      for (auto i = range.from; i < range.to; ++i) *at++ = value(range.first_series + s, i);
    }
    return ok();
  }

  std::size_t series_count() const { return series_count_; }

  /// How many series have been refitted.
  std::size_t refits() const { return refits_; }

 private:
  static constexpr double turn = 6.283185307179586;

  static float normal(std::uint64_t seed) {
    const auto uniform = [](std::uint64_t bits) {
      bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
      bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
      return static_cast<double>((bits ^ (bits >> 31U)) >> 11U) / 9007199254740992.0;
    };
    const double radius = std::sqrt(-2 * std::log(1 - uniform(2 * seed + 1)));
    return static_cast<float>(radius * std::cos(turn * uniform(2 * seed + 2)));
  }

  std::size_t series_count_;
  std::size_t points_per_day_;
  std::vector<float> noises_ = std::vector<float>(1U << 18U);
  std::vector<float> day_;
  mutable std::atomic<std::size_t> refits_ = 0;
};

}  // namespace bellwether
