#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace bellwether::detect {

enum class TransformKind : std::uint8_t { identity, square_root, logarithm };

/// The scale on which a series has steady noise: as it is, its square root, or its logarithm.
///
/// Source   Anscombe 1948 (square root of counts); Box & Cox 1964 (logarithm).
struct Transform {
  TransformKind kind = TransformKind::identity;
  float offset = 0;  ///< Added first, so that zeros have a root's slope and a logarithm.

  float apply(float value) const {
    switch (kind) {
      case TransformKind::square_root:
        return 2.0F * std::sqrt(std::max(0.0F, value + offset));
      case TransformKind::logarithm:
        return std::log(std::max(1e-3F * offset + 1e-30F, value + offset));
      case TransformKind::identity:
        break;
    }
    return value;
  }

  float invert(float transformed) const {
    switch (kind) {
      case TransformKind::square_root: {
        // Below the root's domain nothing can lie: the smallest value is 0.
        const float root = std::max(0.0F, transformed);
        return std::max(0.0F, root * root / 4.0F - offset);
      }
      case TransformKind::logarithm:
        return std::exp(std::min(80.0F, transformed)) - offset;
      case TransformKind::identity:
        break;
    }
    return transformed;
  }

  /// How much the transformed value moves when the value moves by one.
  float slope_at(float value) const {
    switch (kind) {
      case TransformKind::square_root:
        return 1.0F / std::sqrt(std::max(1e-12F, std::fabs(value) + offset));
      case TransformKind::logarithm:
        return 1.0F / std::max(1e-12F, std::fabs(value + offset));
      case TransformKind::identity:
        break;
    }
    return 1.0F;
  }

  template <class Archive>
  void describe(Archive& archive) {
    archive(kind, offset);
  }
};

}  // namespace bellwether::detect
