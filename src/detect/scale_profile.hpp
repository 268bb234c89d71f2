#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace bellwether::detect {

/// How noisy a series is at each hour of its day, relative to its mean noise. One byte an hour, in
/// steps of 1/24 octave: less than 1.5 % off.
class ScaleProfile {
 public:
  static constexpr int slot_count = 24;

  ScaleProfile() { codes_.fill(even); }

  float at(int slot) const { return factors[codes_[static_cast<std::size_t>(slot)]]; }

  /// Below a tenth of the mean noise nothing is believed.
  void set(int slot, float factor);

  template <class Archive>
  void describe(Archive& archive) {
    archive(codes_);
  }

 private:
  static constexpr int even = 128;  // The code of 1.
  static const std::array<float, 256> factors;

  std::array<std::uint8_t, slot_count> codes_;
};

}  // namespace bellwether::detect
