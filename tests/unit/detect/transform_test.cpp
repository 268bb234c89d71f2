#include "transform.hpp"

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

constexpr Transform plain{TransformKind::identity, 0};
constexpr Transform root{TransformKind::square_root, 0.375F};
constexpr Transform logarithm{TransformKind::logarithm, 0.5F};

TEST(Transform, GivesBackWhatItTook) {
  for (const Transform& transform : {plain, root, logarithm}) {
    for (const float value : {0.0F, 0.25F, 1.0F, 37.0F, 12'345.0F}) {
      EXPECT_NEAR(transform.invert(transform.apply(value)), value, 1e-4F * value + 1e-4F);
    }
  }
}

TEST(Transform, HasTheSlopeOfItsCurve) {
  for (const Transform& transform : {plain, root, logarithm}) {
    const float rise = transform.apply(101) - transform.apply(99);
    EXPECT_NEAR(transform.slope_at(100), rise / 2, 0.01F * rise);
  }
}

TEST(Transform, NeverGoesBelowItsDomain) {
  EXPECT_EQ(root.invert(-5), 0);
  EXPECT_GE(logarithm.invert(-50), -0.5F);
  EXPECT_FALSE(std::isinf(logarithm.invert(1e6F)));
}

}  // namespace
}  // namespace bellwether::detect
