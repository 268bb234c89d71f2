#include "tail_calibrator.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>

namespace bellwether::detect {
namespace {

constexpr std::size_t bins = all_tail_bins;
constexpr int full_past = 8000;      // From here on the older half is forgotten.
constexpr float tail_share = 0.04F;  // The tail is the top 4 % ...
constexpr float gap_factor = 3.0F;   // ... but not what lies beyond a gap this wide.
constexpr float usual_contamination = 0.025F;
constexpr float neutral_ratio = 0.57F;  // Keeps short pasts near exponential.
constexpr float ratio_prior_weight = 10.0F;
constexpr float mean_prior = 0.25F;
constexpr float mean_prior_weight = 3.0F;
constexpr float most_evidence = 12.0F;

float edge_at(float position) {
  return std::exp2(position < 32 ? position / 8 - 1 : 3 + (position - 32) / 2);
}

struct BinTables {
  std::array<float, bins + 1> lower_edge;
  std::array<float, bins + 1> log_lower_edge;
  std::array<float, bins> centre;
  std::array<float, bins> log_centre;
  std::array<std::size_t, bins> gap_end;  // The first bin a gap's width above each bin.
  std::array<float, 8> octave_edge;       // Where its eighths begin, as multiples of its begin.

  BinTables() {
    for (std::size_t k = 0; k < 8; ++k) octave_edge[k] = std::exp2(static_cast<float>(k) / 8);
    for (std::size_t i = 0; i <= bins; ++i) {
      lower_edge[i] = edge_at(static_cast<float>(i));
      log_lower_edge[i] = std::log(lower_edge[i]);
    }
    for (std::size_t i = 0; i < bins; ++i) {
      gap_end[i] = i + 1;
      while (gap_end[i] < bins && lower_edge[gap_end[i]] < gap_factor * lower_edge[i + 1]) {
        ++gap_end[i];
      }
      centre[i] = edge_at(static_cast<float>(i) + 0.5F);
      log_centre[i] = std::log(centre[i]);
    }
  }
};

const BinTables tables;

}  // namespace

int tail_bin_of(float statistic) {
  if (!(statistic > 0.5F)) return 0;
  // The octave is the exponent; where in it the value lies is found among the edges of one octave.
  const auto bits = std::bit_cast<std::uint32_t>(statistic);
  const int octave = static_cast<int>(bits >> 23U) - 127;
  const auto mantissa = std::bit_cast<float>((bits & 0x007f'ffffU) | 0x3f80'0000U);
  if (octave >= 3) {
    return std::min(all_tail_bins - 1,
                    32 + (octave - 3) * 2 + (mantissa >= tables.octave_edge[4] ? 1 : 0));
  }
  int step = 0;
  for (std::size_t k = 1; k < 8; ++k) step += mantissa >= tables.octave_edge[k] ? 1 : 0;
  return (octave + 1) * 8 + step;
}

template <int bin_count>
void TailCalibrator<bin_count>::add(float statistic, float correlation) {
  counts_[static_cast<std::size_t>(std::min(tail_bin_of(statistic), bin_count - 1))]++;
  if (++total_ >= full_past) {
    int sum = 0;
    for (auto& count : counts_) sum += count >>= 1;
    total_ = static_cast<std::uint16_t>(sum);
  }
  if (++pending_ >= (total_ < 200 ? 8 : 64)) fit(correlation, usual_contamination);
}

template <int bin_count>
void TailCalibrator<bin_count>::add_all_and_fit(const std::array<std::uint32_t, bin_count>& counts,
                                                float allowed_contamination) {
  int sum = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    counts_[i] = static_cast<std::uint16_t>(std::min<std::uint32_t>(counts[i], 60'000));
    sum += counts_[i];
  }
  total_ = static_cast<std::uint16_t>(std::min(sum, 60'000));
  fit(1, allowed_contamination);
}

// Walks down until the tail holds its share, then up again in search of a gap: a wide range that
// holds nothing, or next to nothing compared with what lies beyond. No noise is like that. The mass
// beyond is either little, and then it is contamination to be cut off, or it is where the real tail
// begins.
template <int bin_count>
void TailCalibrator<bin_count>::find_threshold(float allowed_contamination) {
  const float total = total_;
  const float wanted = std::max({tail_share * total, std::min(0.06F * total, 12.0F), 3.0F});
  std::array<int, bin_count + 1> mass_from;  // From `begin` on.
  mass_from[bin_count] = 0;
  std::size_t begin = bin_count - 1;
  mass_from[begin] = counts_[begin];
  while (begin > 0 && static_cast<float>(mass_from[begin]) < wanted) {
    mass_from[begin - 1] = mass_from[begin] + counts_[begin - 1];
    --begin;
  }

  const float allowed = std::max(allowed_contamination * total, total < 320 ? 6.0F : 0.0F);
  std::size_t top = bin_count - 1;
  for (std::size_t at = begin; mass_from[at + 1] > 0;) {
    const int beyond = mass_from[std::min<std::size_t>(tables.gap_end[at], bin_count)];
    const int inside = mass_from[at + 1] - beyond;
    const bool is_empty = inside == 0;
    const bool is_thin = beyond >= 3 && 3 * inside <= beyond;
    if ((is_empty || is_thin) && static_cast<float>(inside + beyond) <= allowed) {
      top = at;
      break;
    }
    do ++at;
    while (counts_[at] == 0);
    if (is_empty && beyond >= 3) begin = at;
  }
  threshold_bin_ = static_cast<std::uint8_t>(begin);
  top_bin_ = static_cast<std::uint8_t>(top);
}

template <int bin_count>
float TailCalibrator<bin_count>::fit(float correlation, float allowed_contamination) {
  pending_ = 0;
  find_threshold(allowed_contamination);

  const float log_threshold = tables.log_lower_edge[threshold_bin_];
  double count = 0;
  double first_moment = 0;
  double second_moment = 0;
  for (std::size_t i = threshold_bin_; i <= top_bin_; ++i) {
    if (counts_[i] == 0) continue;
    const double excess = tables.log_centre[i] - log_threshold;
    count += counts_[i];
    first_moment += counts_[i] * excess;
    second_moment += counts_[i] * excess * excess;
  }
  double ratio = neutral_ratio;
  if (count > 0) {
    first_moment /= count;
    second_moment /= count;
    ratio = std::min(0.95, first_moment * first_moment / second_moment);
  }

  const double independent = count / correlation;
  first_moment = (first_moment * independent + mean_prior_weight * mean_prior) /
                 (independent + mean_prior_weight);
  ratio = (ratio * independent + ratio_prior_weight * ratio_prior()) /
          (independent + ratio_prior_weight);
  const double lightness = std::min(1 - 0.5 / (1 - ratio), 0.4);
  const double shape = std::clamp(first_moment + lightness, -0.08, 0.7);

  // A shape of exactly zero would need formulas of its own; this one is as good.
  const double usable_shape = std::fabs(shape) < 0.005 ? 0.005 : shape;
  shape_ = static_cast<std::int16_t>(std::lrint(usable_shape / shape_step));
  const float threshold = tables.lower_edge[threshold_bin_];
  scale_ =
      ShortFloat(static_cast<float>(threshold * first_moment * (1 - std::min(0.0, lightness))));
  exceedance_ = ShortFloat(static_cast<float>((count + 0.5) / (total_ + 1.0)));
  bound_ = ShortFloat(quantile(0.001F));
  return static_cast<float>(ratio);
}

template <int bin_count>
float TailCalibrator<bin_count>::evidence(float statistic, float correlation) const {
  if (total_ < smallest_usable_past) return 0;
  const float threshold = tables.lower_edge[threshold_bin_];
  if (statistic <= threshold) return statistic / threshold;
  const float base = 1 + shape() * (statistic - threshold) / scale_.value();
  // A negative shape ends the tail at a finite value: beyond it nothing is probable.
  if (base <= 1e-9F) return std::min(most_evidence, empirical_limit(statistic, correlation));
  const float evidence = -std::log10(exceedance_.value()) + std::log10(base) / shape();
  return std::min({most_evidence, evidence, empirical_limit(statistic, correlation)});
}

// What was seen as far out several times is no rarer than that, whatever the fit says.
template <int bin_count>
float TailCalibrator<bin_count>::empirical_limit(float statistic, float correlation) const {
  const int bin = std::min(tail_bin_of(statistic), bin_count - 1);
  float beyond = 0;
  for (int i = bin + 1; i <= top_bin_; ++i) beyond += counts_[static_cast<std::size_t>(i)];
  if (bin <= top_bin_) beyond += 0.5F * counts_[static_cast<std::size_t>(bin)];
  beyond /= correlation;
  if (beyond < 2) return most_evidence;
  return -std::log10(0.5F * beyond * correlation / static_cast<float>(total_));
}

// What was seen as far out so often is a bound that a fit to few values must not fall short of.
template <int bin_count>
float TailCalibrator<bin_count>::quantile(float probability) const {
  int mass = 0;
  int bin = top_bin_;
  for (; bin > 0; --bin) {
    mass += counts_[static_cast<std::size_t>(bin)];
    if (static_cast<float>(mass) >= probability * static_cast<float>(total_)) break;
  }
  const float seen = tables.centre[static_cast<std::size_t>(bin)];
  const float exceedance = exceedance_.value();
  if (probability >= exceedance) return seen;
  const float fitted =
      tables.lower_edge[threshold_bin_] +
      scale_.value() / shape() * (std::pow(probability / exceedance, -shape()) - 1);
  return std::max(fitted, seen);
}

template <int bin_count>
void TailCalibrator<bin_count>::restart(float correlation) {
  std::array<std::uint16_t, bin_count> thinned{};
  int kept = 0;
  float prior = ratio_prior();
  if (total_ > 100) {
    prior = 0.5F * fit(correlation, usual_contamination) + 0.5F * neutral_ratio;
    int mass = 0;
    for (std::size_t i = 0; i <= top_bin_; ++i) mass += counts_[i];
    const float share =
        std::min(1.0F, 60 * std::sqrt(correlation) / static_cast<float>(std::max(mass, 1)));
    // Fractions are carried to the next bin, so that the sum stays right.
    float carried = 0;
    for (std::size_t i = 0; i <= top_bin_; ++i) {
      carried += static_cast<float>(counts_[i]) * share;
      thinned[i] = static_cast<std::uint16_t>(std::max(0.0F, carried + 0.5F));
      carried -= thinned[i];
      kept += thinned[i];
    }
  }
  *this = TailCalibrator();
  counts_ = thinned;
  total_ = static_cast<std::uint16_t>(kept);
  set_ratio_prior(prior);
  fit(correlation, usual_contamination);
}

template class TailCalibrator<all_tail_bins>;
template class TailCalibrator<tail_bins_to_16>;
template class TailCalibrator<tail_bins_to_8>;

}  // namespace bellwether::detect
