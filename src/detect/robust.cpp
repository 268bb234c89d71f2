#include "robust.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace bellwether::detect {
namespace {

float mean_below(float limit, std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += std::min(value, limit);
  return static_cast<float>(sum / static_cast<double>(values.size()));
}

// Brings the values that belong to the front, and counts them. Every value is swapped, so that no
// branch depends on one: a processor cannot guess how values compare.
template <class Belongs>
std::size_t bring_forward(std::span<float> values, const Belongs& belongs) {
  std::size_t count = 0;
  for (float& value : values) {
    const float moved = value;
    value = values[count];
    values[count] = moved;
    count += belongs(moved) ? 1 : 0;
  }
  return count;
}

float ranked_among_few(std::span<const float> values, std::size_t rank) {
  for (const float candidate : values) {
    std::size_t less = 0;
    std::size_t not_greater = 0;
    for (const float value : values) {
      less += value < candidate ? 1 : 0;
      not_greater += value <= candidate ? 1 : 0;
    }
    if (less <= rank && rank < not_greater) return candidate;
  }
  return values.front();
}

// A value of about the wanted rank.
float pivot_for(std::span<const float> values, std::size_t rank) {
  std::array<float, 9> sample;
  const std::size_t stride = values.size() / sample.size();
  for (std::size_t i = 0; i < sample.size(); ++i) sample[i] = values[i * stride + stride / 2];
  std::sort(sample.begin(), sample.end());
  return sample[rank * sample.size() / values.size()];
}

/// The value that would stand at `rank` if `values` were sorted; reorders them.
///
/// Source   Hoare 1961 (find); Edelkamp & Weiss 2016 (partitions without branches).
float ranked(std::span<float> values, std::size_t rank) {
  constexpr std::size_t few = 24;
  while (values.size() > few) {
    const float pivot = pivot_for(values, rank);
    const std::size_t less = bring_forward(values, [&](float value) { return value < pivot; });
    if (rank < less) {
      values = values.first(less);
      continue;
    }
    rank -= less;
    values = values.subspan(less);
    if (less > 0) continue;
    const std::size_t equal = bring_forward(values, [&](float value) { return !(pivot < value); });
    if (rank < equal) return pivot;
    rank -= equal;
    values = values.subspan(equal);
  }
  return ranked_among_few(values, rank);
}

}  // namespace

float median_of(std::span<float> values) { return ranked(values, values.size() / 2); }

float quantile_of(std::span<float> values, double share) {
  return ranked(values, static_cast<std::size_t>(share * static_cast<double>(values.size() - 1)));
}

float clipped_mean_of(std::span<float> values) {
  return values.empty() ? 0 : mean_below(quantile_of(values, 0.97), values);
}

float guarded_mean_of(std::span<float> sizes) {
  if (sizes.empty()) return 0;
  const float limit = quantile_of(sizes, 0.97);
  const float median = median_of(sizes);
  return mean_below(median > 0 ? std::min(limit, 4 * median) : limit, sizes);
}

}  // namespace bellwether::detect
