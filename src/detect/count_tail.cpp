#include "count_tail.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr long most_terms = 400;
constexpr long upper_terms = 60;
constexpr double least_mean = 1e-4;

}  // namespace

double count_tail_probability(double mean, double dispersion, long count, bool upper) {
  const bool is_poisson = dispersion <= 1.02;
  const double size = is_poisson ? 0 : mean / (dispersion - 1);
  const auto ratio = [&](long k) {  // P(k + 1) / P(k)
    const auto after = static_cast<double>(k) + 1;
    if (is_poisson) return mean / after;
    return (static_cast<double>(k) + size) / after * (1 - 1 / dispersion);
  };

  const long last_below = upper ? count - 1 : count;
  if (last_below > most_terms) return 0;
  double term = is_poisson ? std::exp(-mean) : std::pow(1 / dispersion, size);
  double below = 0;
  long k = 0;
  for (; k <= last_below; ++k) {
    below += term;
    term *= ratio(k);
  }
  if (!upper) return std::min(1.0, below);

  // The upper tail is summed by itself: 1 - below would lose all its digits.
  double above = 0;
  for (const long end = k + upper_terms; k < end; ++k) {
    above += term;
    term *= ratio(k);
  }
  return std::clamp(above, 0.0, 1.0);
}

float CountModel::evidence(float value, float expected, bool is_above,
                           TransformKind transform) const {
  // The square root's inverse lies below the mean by a quarter.
  const double bias = transform == TransformKind::square_root ? 0.25 : 0.0;
  const double mean = std::max(least_mean, std::max(0.0F, expected) + bias);
  const double doubt = 1.5 * std::sqrt(mean * dispersion_ * relative_doubt_);
  const double cautious_mean = is_above ? mean + doubt : std::max(least_mean, mean - doubt);
  const double probability =
      count_tail_probability(cautious_mean, dispersion_, std::lround(value), is_above);
  return static_cast<float>(-std::log10(probability + 1e-13));
}

}  // namespace bellwether::detect
