#include "seed_candidate.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace bellwether::explain {
namespace {

constexpr std::size_t leaves_per_part = 4096;
/// A true shift takes far more than this off its leaves' deviations; pure noise hardly reaches it.
constexpr double least_gain_of_own_leaves = 0.1;
/// What could hang on the seeds found so far is no other event: the rest may well be noise.
constexpr double least_share_unexplained = 1 - least_share_to_hang_on;

}  // namespace

void SeedCandidate::add_leaf(std::uint32_t place) {
  if (leaves_.size() % leaves_per_part == 0) parts_.emplace_back();
  leaves_.push_back(place);
}

void SeedCandidate::note_taken(std::uint32_t place) {
  const auto leaf = std::ranges::lower_bound(leaves_, place) - leaves_.begin();
  parts_[static_cast<std::size_t>(leaf) / leaves_per_part].is_stale = true;
  is_stale_ = true;
}

void SeedCandidate::refit(const LeafDeviations& deviations, const std::vector<bool>& is_taken) {
  if (is_stale_) fit_ = best_fit(deviations, is_taken);
  is_stale_ = false;
}

std::optional<SeedFit> SeedCandidate::best_fit(const LeafDeviations& deviations,
                                               const std::vector<bool>& is_taken) {
  const Sums sums = sum_up(deviations, is_taken);
  if (!(sums.weight > 0) || !(sums.size > 0)) return std::nullopt;
  if (std::abs(sums.deviation) <
      least_share_unexplained * std::abs(sums.deviation + sums.explained))
    return std::nullopt;
  // No change gains more than the whole deviation.
  const double least_gain = least_gain_of_own_leaves * sums.size;
  if (!(std::abs(sums.deviation) >= least_gain)) return std::nullopt;
  SeedFit fit{sums.deviation / sums.weight, 0};
  for (const auto place : leaves_) {
    if (is_taken[place]) continue;
    const auto& leaf = deviations.leaves[place];
    fit.gain += std::abs(leaf.deviation) - std::abs(leaf.deviation - fit.shift * leaf.weight);
  }
  if (!(fit.gain >= least_gain)) return std::nullopt;
  return fit;
}

std::span<const std::uint32_t> SeedCandidate::leaves_of_part(std::size_t part) const {
  const std::size_t first = part * leaves_per_part;
  return leaves().subspan(first, std::min(leaves_per_part, leaves_.size() - first));
}

/// Part by part, so that what has changed can be added up anew, and no sum is ever subtracted from.
SeedCandidate::Sums SeedCandidate::sum_up(const LeafDeviations& deviations,
                                          const std::vector<bool>& is_taken) {
  Sums whole;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    Part& part = parts_[i];
    if (part.is_stale) {
      part = {{}, false};
      for (const auto place : leaves_of_part(i)) {
        const auto& leaf = deviations.leaves[place];
        if (is_taken[place]) {
          part.sums.explained += leaf.deviation;
          continue;
        }
        part.sums.size += std::abs(leaf.deviation);
        part.sums.deviation += leaf.deviation;
        part.sums.weight += leaf.weight;
      }
    }
    whole.deviation += part.sums.deviation;
    whole.size += part.sums.size;
    whole.weight += part.sums.weight;
    whole.explained += part.sums.explained;
  }
  return whole;
}

}  // namespace bellwether::explain
