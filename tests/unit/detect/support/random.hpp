#pragma once

#include <cmath>
#include <cstdint>

namespace bellwether::detect {

/// A small generator whose numbers are the same with every library (SplitMix64), so that
/// statistical tests judge the same series everywhere.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  /// From 0 to below 1.
  double uniform() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t bits = state_;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    bits ^= bits >> 31U;
    return static_cast<double>(bits >> 11U) / 9007199254740992.0;
  }

  double normal() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }

  double student_t(int degrees) {
    double sum = 0;
    for (int i = 0; i < degrees; ++i) sum += std::pow(normal(), 2);
    return normal() / std::sqrt(sum / degrees);
  }

  double poisson(double mean) {
    const double limit = std::exp(-mean);
    double product = uniform();
    int count = 0;
    for (; product > limit; ++count) product *= uniform();
    return count;
  }

 private:
  std::uint64_t state_;
};

}  // namespace bellwether::detect
