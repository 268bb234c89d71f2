#include "random.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether::lab {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

template <class Draw>
Moments moments_of(Draw draw) {
  constexpr int count = 200'000;
  Moments moments;
  for (int i = 0; i < count; ++i) {
    const double value = draw();
    moments.mean += value / count;
    moments.variance += value * value / count;
  }
  moments.variance -= moments.mean * moments.mean;
  return moments;
}

TEST(Random, GivesTheSameNumbersOnEveryHost) {
  Random random(42);
  EXPECT_EQ(random.next(), 13679457532755275413U);
  EXPECT_EQ(random.next(), 2949826092126892291U);
}

TEST(Random, SpreadsEvenly) {
  Random random(1);
  std::vector<int> counts(10);
  for (int i = 0; i < 100'000; ++i) ++counts[random.below(10)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

TEST(Random, DrawsNormalsOfUnitSpread) {
  Random random(2);
  const auto moments = moments_of([&] { return random.normal(); });
  EXPECT_NEAR(moments.mean, 0, 0.01);
  EXPECT_NEAR(moments.variance, 1, 0.02);
}

TEST(Random, DrawsCountsWhoseVarianceIsTheirMean) {
  Random random(3);
  for (const double mean : {0.1, 2.0, 29.9, 30.1, 1000.0}) {
    const auto moments = moments_of([&] { return random.poisson(mean); });
    EXPECT_NEAR(moments.mean, mean, 0.02 * mean);
    EXPECT_NEAR(moments.variance, mean, 0.04 * mean);
  }
}

TEST(Random, DrawsNoCountsOfNothing) {
  Random random(4);
  EXPECT_EQ(random.poisson(0), 0);
  EXPECT_EQ(random.poisson(-3), 0);
}

}  // namespace
}  // namespace bellwether::lab
