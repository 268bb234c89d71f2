#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

namespace bellwether::detect {

/// A positive number in 16 bits, five of them the exponent: from 2^-16 to just below 2^16, at most
/// 0.025 % off. What lies outside becomes the nearest number that does not.
class ShortFloat {
 public:
  ShortFloat() = default;
  explicit ShortFloat(float value) {
    // Compared so that NaN becomes the smallest number: the state never holds one.
    const float least = value > smallest ? value : smallest;
    const auto bits = std::bit_cast<std::uint32_t>(std::min(least, largest));
    code_ = static_cast<std::uint16_t>(
        std::min(((bits - offset) + half_step) >> spare_bits, std::uint32_t{UINT16_MAX}));
  }

  float value() const {
    return std::bit_cast<float>((std::uint32_t{code_} << spare_bits) + offset);
  }

  template <class Archive>
  void describe(Archive& archive) {
    archive(code_);
  }

 private:
  static constexpr float smallest = 1.0F / 65'536;
  static constexpr float largest = 65'535;
  static constexpr std::uint32_t spare_bits = 12;  // Of a float's mantissa.
  static constexpr std::uint32_t half_step = 1U << (spare_bits - 1);
  static constexpr std::uint32_t offset = (127U - 16U) << 23U;  // The bits of `smallest`.

  std::uint16_t code_ = 0;
};

}  // namespace bellwether::detect
