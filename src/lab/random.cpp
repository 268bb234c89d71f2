#include "random.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::lab {
namespace {

/// e to the power of `-x` for 0 <= x <= 30, by nothing but additions and multiplications.
double exp_of_minus(double x) {
  const double step = x / 1024;
  const double small = 1 - step * (1 - step / 2 * (1 - step / 3 * (1 - step / 4)));
  double result = small;
  for (int doubling = 0; doubling < 10; ++doubling) result *= result;
  return result;
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

double Random::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

std::size_t Random::below(std::size_t count) {
  return std::min(count - 1, static_cast<std::size_t>(uniform() * static_cast<double>(count)));
}

double Random::normal() {
  double sum = -6;
  for (int draw = 0; draw < 12; ++draw) sum += uniform();
  return sum;
}

double Random::poisson(double mean) {
  if (!(mean > 0)) return 0;
  if (mean > 30) return std::max(0.0, std::floor(mean + std::sqrt(mean) * normal() + 0.5));
  const double limit = exp_of_minus(mean);
  double product = uniform();
  int count = 0;
  for (; product > limit; ++count) product *= uniform();
  return count;
}

}  // namespace bellwether::lab
