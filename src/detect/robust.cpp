#include "robust.hpp"

#include <algorithm>
#include <cstddef>

namespace bellwether::detect {
namespace {

float mean_below(float limit, std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += std::min(value, limit);
  return static_cast<float>(sum / static_cast<double>(values.size()));
}

}  // namespace

float median_of(std::span<float> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

float quantile_of(std::span<float> values, double share) {
  const auto place =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), place, values.end());
  return *place;
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
