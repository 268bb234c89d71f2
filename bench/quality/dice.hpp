#pragma once

#include <cstdint>
#include <random>

namespace bellwether::quality {

/// Draws for made-up series. Unlike the lab's, they need not be the same with every standard
/// library: what is judged are rates over many seeds, and tails that are truly normal.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}

  double normal() { return normal_(engine_); }
  double uniform() { return uniform_(engine_); }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  bool chance(double probability) { return uniform() < probability; }
  double sign() { return chance(0.5) ? 1 : -1; }
  int below(int count) { return static_cast<int>(uniform() * count); }
  double poisson(double mean) { return std::poisson_distribution<int>(mean)(engine_); }
  double student_t(double freedom) { return std::student_t_distribution<double>(freedom)(engine_); }

 private:
  std::mt19937_64 engine_;
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
};

}  // namespace bellwether::quality
