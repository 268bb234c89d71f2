#include "scale_profile.hpp"

#include <algorithm>
#include <cmath>

namespace bellwether::detect {
namespace {

constexpr float steps_per_octave = 24;

}  // namespace

const std::array<float, 256> ScaleProfile::factors = [] {
  std::array<float, 256> made{};
  for (int code = 0; code < 256; ++code) {
    made[static_cast<std::size_t>(code)] =
        std::exp2(static_cast<float>(code - even) / steps_per_octave);
  }
  return made;
}();

void ScaleProfile::set(int slot, float factor) {
  const float code = even + std::round(steps_per_octave * std::log2(std::max(factor, 0.1F)));
  codes_[static_cast<std::size_t>(slot)] =
      static_cast<std::uint8_t>(std::clamp(code, 0.0F, 255.0F));
}

}  // namespace bellwether::detect
