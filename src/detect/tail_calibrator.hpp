#pragma once

#include <array>
#include <cstdint>

#include "short_float.hpp"

namespace bellwether::detect {

/// Eight bins per octave from 1/2 to 8, then two per octave up to 2^15; bin 0 takes all below.
constexpr int all_tail_bins = 56;

/// As many as a statistic needs that stays below 16, or below 8.
constexpr int tail_bins_to_16 = 34;
constexpr int tail_bins_to_8 = 32;

/// The bin of all of them that a statistic falls in.
int tail_bin_of(float statistic);

/// Turns a statistic into evidence: how improbable is it, seen against its own clean past?
///
/// A histogram of the past with logarithmic bins, and a generalised Pareto tail fitted to its upper
/// end. The fit is cached and renewed every few dozen additions, so that the hot path only reads
/// it. Neighbouring values of a smoothed statistic are not independent: `correlation` says how many
/// points count as one.
///
/// Units    evidence is -log10 of the probability of a value at least as large; at most 12.
/// Source   Dekkers, Einmahl & de Haan 1989 (moment estimator); Siffer et al. 2017 (streaming
/// tails).
template <int bin_count>
class TailCalibrator {
 public:
  /// Takes `statistic` (>= 0) into the past.
  void add(float statistic, float correlation);

  float evidence(float statistic, float correlation) const;

  /// The value that one clean statistic in a thousand exceeds.
  float one_in_a_thousand() const { return total_ < smallest_usable_past ? 6.0F : bound_.value(); }

  /// Begins again, remembering a little of the past and half of the shape it learnt.
  void restart(float correlation);

  /// Takes several values at once and fits once; `allowed_contamination` is the share of the past
  /// that may be cut off as not belonging to it. For batch use.
  void add_all_and_fit(const std::array<std::uint32_t, bin_count>& counts,
                       float allowed_contamination);

  template <class Archive>
  void describe(Archive& archive) {
    archive(total_, pending_, threshold_bin_, top_bin_, shape_, ratio_prior_);
    scale_.describe(archive);
    exceedance_.describe(archive);
    bound_.describe(archive);
    archive(counts_);
  }

 private:
  static constexpr int smallest_usable_past = 16;

  // Fixed-point: a shape lies between -0.08 and 0.7, a ratio between 0 and 1.
  static constexpr float shape_step = 1.0F / 32'768;
  static constexpr float ratio_step = 1.0F / 65'536;

  /// Renews the cached tail; gives the ratio M1^2/M2 it has found.
  float fit(float correlation, float allowed_contamination);
  void find_threshold(float allowed_contamination);
  float empirical_limit(float statistic, float correlation) const;
  float quantile(float probability) const;

  float shape() const { return shape_step * shape_; }
  float ratio_prior() const { return ratio_step * ratio_prior_; }
  void set_ratio_prior(float ratio) {
    ratio_prior_ = static_cast<std::uint16_t>(ratio / ratio_step);
  }

  std::uint16_t total_ = 0;
  std::uint8_t pending_ = 0;                // Additions since the last fit.
  std::uint8_t threshold_bin_ = bin_count;  // The tail begins with this bin ...
  std::uint8_t top_bin_ = bin_count - 1;    // ... and ends with this one.
  std::int16_t shape_ = 3277;               // Of the generalised Pareto distribution.
  std::uint16_t ratio_prior_ = 37'356;      // Expected M1^2/M2 of the tail: 0.5 is exponential.
  ShortFloat scale_{1};
  ShortFloat exceedance_{1};  // Share of the past above the threshold.
  ShortFloat bound_{6};       // Cached quantile.
  std::array<std::uint16_t, bin_count> counts_{};
};

extern template class TailCalibrator<all_tail_bins>;
extern template class TailCalibrator<tail_bins_to_16>;
extern template class TailCalibrator<tail_bins_to_8>;

/// A calibrator for each sign of a statistic: up and down may have different tails.
template <int bin_count>
class SignedCalibrator {
 public:
  void add(float statistic, bool is_negative, float correlation) {
    side(is_negative).add(statistic, correlation);
    side(!is_negative).add(0, correlation);
  }

  float evidence(float statistic, bool is_negative, float correlation) const {
    return sides_[is_negative ? 1 : 0].evidence(statistic, correlation);
  }

  float upper_bound() const { return sides_[0].one_in_a_thousand(); }
  float lower_bound() const { return sides_[1].one_in_a_thousand(); }

  void restart(float correlation) {
    for (auto& calibrator : sides_) calibrator.restart(correlation);
  }

  template <class Archive>
  void describe(Archive& archive) {
    for (auto& calibrator : sides_) calibrator.describe(archive);
  }

 private:
  using Side = TailCalibrator<bin_count>;

  Side& side(bool is_negative) { return sides_[is_negative ? 1 : 0]; }

  std::array<Side, 2> sides_;
};

}  // namespace bellwether::detect
