#pragma once

#include <array>
#include <cstddef>

namespace bellwether::detect {

/// How noisy a series is at each hour of its day, relative to its mean noise.
class ScaleProfile {
 public:
  static constexpr int slot_count = 24;

  ScaleProfile() { factors_.fill(1); }

  float at(int slot) const { return factors_[static_cast<std::size_t>(slot)]; }

  /// Below a tenth of the mean noise nothing is believed.
  void set(int slot, float factor) {
    factors_[static_cast<std::size_t>(slot)] = factor < 0.1F ? 0.1F : factor;
  }

  template <class Archive>
  void describe(Archive& archive) {
    archive(factors_);
  }

 private:
  std::array<float, slot_count> factors_;
};

}  // namespace bellwether::detect
