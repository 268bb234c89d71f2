#include "count_tail.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

TEST(CountTail, IsPoissonsWhereVarianceIsTheMean) {
  EXPECT_NEAR(count_tail_probability(5, 1, 0, false), std::exp(-5.0), 1e-12);
  EXPECT_NEAR(count_tail_probability(5, 1, 1, true), 1 - std::exp(-5.0), 1e-9);
  EXPECT_NEAR(count_tail_probability(5, 1, 15, true), 2.264e-4, 1e-6);
}

TEST(CountTail, IsHeavierWhereCountsScatterMore) {
  EXPECT_GT(count_tail_probability(5, 3, 15, true), 10 * count_tail_probability(5, 1, 15, true));
}

TEST(CountTail, AddsUpToOne) {
  for (const double dispersion : {1.0, 2.5}) {
    const double below = count_tail_probability(8, dispersion, 9, false);
    const double above = count_tail_probability(8, dispersion, 10, true);
    EXPECT_NEAR(below + above, 1, 1e-6);
  }
}

TEST(CountModel, FindsFarCountsImprobable) {
  const CountModel counts(1, 0.01F);
  const float near = counts.evidence(6, 5, true, TransformKind::identity);
  const float far = counts.evidence(25, 5, true, TransformKind::identity);
  EXPECT_LT(near, 1);
  EXPECT_GT(far, 6);
}

TEST(CountModel, TakesAnyValue) {
  const CountModel counts(1, 0.01F);
  EXPECT_NEAR(counts.evidence(1e9F, 5, true, TransformKind::identity), 13, 0.1);
  EXPECT_TRUE(std::isfinite(counts.evidence(0, 0, false, TransformKind::square_root)));
  EXPECT_FALSE(CountModel().applies());
}

}  // namespace
}  // namespace bellwether::detect
