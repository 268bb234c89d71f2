#pragma once

#include <cstddef>
#include <cstdint>

namespace bellwether::lab {

/// A stream of made-up numbers, the same on every host: the draws of the standard library differ
/// between its makers, and so do the last bits of its logarithms and cosines, so neither is used.
///
/// Source   Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next();

  /// At least 0, less than 1.
  double uniform();
  double uniform(double low, double high);

  /// From 0 to `count` - 1.
  std::size_t below(std::size_t count);
  bool chance(double probability) { return uniform() < probability; }

  /// Mean 0, standard deviation 1, never beyond 6: a sum of twelve uniform draws.
  double normal();

  /// Exact up to a mean of 30, a rounded normal beyond.
  double poisson(double mean);

 private:
  std::uint64_t state_;
};

}  // namespace bellwether::lab
