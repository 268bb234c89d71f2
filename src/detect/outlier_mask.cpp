#include "outlier_mask.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "robust.hpp"
#include "tail_calibrator.hpp"

namespace bellwether::detect {
namespace {

constexpr float masked_distance = 5;
constexpr float masked_evidence = 7;
constexpr float allowed_contamination = 0.06F;
constexpr double most_onsets = 0.02;  // Of all intervals.
constexpr double most_points = 0.1;

using Tails = std::array<TailCalibrator<all_tail_bins>, 2>;  // Upwards, downwards.

std::size_t side_of(float z) { return z < 0 ? 1 : 0; }

Tails tails_of(std::span<const float> z) {
  std::array<std::array<std::uint32_t, all_tail_bins>, 2> bins{};
  for (const float value : z) {
    if (!is_present(value)) continue;
    const auto bin = static_cast<std::size_t>(tail_bin_of(std::fabs(value)));
    ++bins[side_of(value)][bin];
    ++bins[1 - side_of(value)][0];
  }
  Tails tails;
  for (std::size_t side = 0; side < tails.size(); ++side) {
    tails[side].add_all_and_fit(bins[side], allowed_contamination);
  }
  return tails;
}

}  // namespace

void mask_outliers(std::span<const float> z, std::vector<char>& masked) {
  masked.assign(z.size(), 0);
  const Tails tails = tails_of(z);
  std::size_t onsets = 0;
  std::size_t points = 0;
  bool was_masked = false;
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (!is_present(z[i])) continue;
    const float distance = std::fabs(z[i]);
    const bool is_outlier =
        distance > masked_distance && tails[side_of(z[i])].evidence(distance, 1) >= masked_evidence;
    masked[i] = is_outlier ? 1 : 0;
    if (is_outlier) ++points;
    if (is_outlier && !was_masked) ++onsets;
    was_masked = is_outlier;
  }
  const auto length = static_cast<double>(z.size());
  if (static_cast<double>(onsets) > most_onsets * length ||
      static_cast<double>(points) > most_points * length) {
    std::fill(masked.begin(), masked.end(), 0);
  }
}

}  // namespace bellwether::detect
