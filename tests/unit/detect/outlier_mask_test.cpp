#include "outlier_mask.hpp"

#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace bellwether::detect {
namespace {

std::vector<float> noise(int count, std::uint64_t seed) {
  Random random(seed);
  std::vector<float> z;
  for (int i = 0; i < count; ++i) z.push_back(static_cast<float>(random.normal()));
  return z;
}

int masked_in(const std::vector<float>& z) {
  std::vector<char> masked;
  mask_outliers(z, masked);
  EXPECT_EQ(masked.size(), z.size());
  return std::accumulate(masked.begin(), masked.end(), 0);
}

TEST(OutlierMask, MarksAFewFarPointsOnEitherSide) {
  auto z = noise(1000, 1);
  z[100] = 40;
  z[101] = 38;
  z[500] = -25;
  std::vector<char> masked;
  mask_outliers(z, masked);
  EXPECT_TRUE(masked[100] && masked[101] && masked[500]);
  EXPECT_EQ(masked_in(z), 3);
}

TEST(OutlierMask, MarksNothingInNoise) {
  EXPECT_EQ(masked_in(noise(8000, 2)), 0);
  Random random(3);
  std::vector<float> heavy;
  for (int i = 0; i < 8000; ++i) heavy.push_back(static_cast<float>(random.student_t(3)));
  EXPECT_LE(masked_in(heavy), 2);
}

TEST(OutlierMask, TakesWhatComesOftenForTheWayTheSeriesIs) {
  auto z = noise(1000, 4);
  for (std::size_t i = 7; i < z.size(); i += 30) z[i] = 40;
  EXPECT_EQ(masked_in(z), 0);
}

TEST(OutlierMask, PassesOverGaps) {
  auto z = noise(1000, 5);
  for (std::size_t i = 0; i < z.size(); i += 3) z[i] = std::numeric_limits<float>::quiet_NaN();
  z[400] = 50;
  EXPECT_EQ(masked_in(z), 1);
}

}  // namespace
}  // namespace bellwether::detect
