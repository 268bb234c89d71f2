#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "support/bench_stand.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr std::chrono::hours hourly{1};
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

int count_alarms(const Scores& scores) {
  int alarms = 0;
  for (const float severity : scores.severity) alarms += severity >= 70 ? 1 : 0;
  return alarms;
}

TEST(Robustness, AConstantIsNeverAnAnomaly) {
  for (const double value : {0.0, 5.0, -1e-300, 1e30, 1e-40}) {
    EXPECT_EQ(count_alarms(BenchStand(hourly).run(std::vector<double>(5000, value))), 0) << value;
  }
}

bool is_same(float a, float b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST(Robustness, WhatIsNoValueNeverReachesTheModel) {
  Random random(1);
  std::vector<double> clean;
  std::vector<double> dirty;
  const std::vector<double> absurd{infinity, -infinity, 1e308, -1e308, 2e37};
  for (int i = 0; i < 24 * 40; ++i) {
    const double value = 100 + 20 * std::sin(i * 0.2618) + random.normal();
    const bool is_gap = i % 11 == 4;
    clean.push_back(is_gap ? nan : value);
    dirty.push_back(is_gap ? absurd[static_cast<std::size_t>(i) % absurd.size()] : value);
  }
  BenchStand one(hourly);
  BenchStand other(hourly);
  const Scores of_clean = one.run(clean);
  const Scores of_dirty = other.run(dirty);
  for (std::size_t i = 0; i < clean.size(); ++i) {
    ASSERT_TRUE(is_same(of_clean.severity[i], of_dirty.severity[i])) << i;
    ASSERT_TRUE(is_same(of_clean.expected[i], of_dirty.expected[i])) << i;
  }
}

TEST(Robustness, ExtremeValuesLeaveNoNaNBehind) {
  const std::vector<double> extremes{1e37, -1e37, 1e30, 1e-38, 1e-45, 0, 1, -1e20, 9.99e36};
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    Random random(seed);
    BenchStand stand(hourly);
    std::vector<double> values;
    for (int i = 0; i < 1200; ++i) {
      const auto pick = static_cast<std::size_t>(random.uniform() * 40);
      values.push_back(pick < extremes.size() ? extremes[pick] : random.normal());
    }
    for (int i = 0; i < 1200; ++i) values.push_back(10 + random.normal());
    const Scores scores = stand.run(values);
    for (std::size_t i = 64; i < values.size(); ++i) {
      ASSERT_TRUE(std::isfinite(scores.severity[i])) << "seed " << seed << " at " << i;
      ASSERT_TRUE(std::isfinite(scores.expected[i])) << "seed " << seed << " at " << i;
    }
  }
}

TEST(Robustness, ALongSilenceIsToldOnceAndThenAGap) {
  Random random(2);
  BenchStand stand(hourly);
  std::vector<double> values;
  for (int i = 0; i < 24 * 20; ++i) values.push_back(50 + random.normal());
  for (int i = 0; i < 24 * 20; ++i) values.push_back(nan);
  for (int i = 0; i < 24 * 20; ++i) values.push_back(50 + random.normal());
  const Scores scores = stand.run(values);
  EXPECT_EQ(count_alarms(scores), 1);
  EXPECT_TRUE(std::isnan(scores.severity[24 * 30]));
  EXPECT_TRUE(std::isnan(scores.expected[24 * 30])) << "nothing is expected of it any more";
  EXPECT_NEAR(scores.expected[24 * 40], 50, 1.5) << "it is back, and known";
}

TEST(Robustness, ShowsNothingOfANewbornSeries) {
  Random random(3);
  std::vector<double> values;
  for (int i = 0; i < 100; ++i) values.push_back(random.normal());
  values[50] = 1000;
  const Scores scores = BenchStand(hourly).run(values);
  EXPECT_TRUE(std::isnan(scores.expected[5]));
  EXPECT_TRUE(std::isnan(scores.severity[50]));
  EXPECT_FALSE(std::isnan(scores.severity[70]));
  EXPECT_EQ(scores.reason[50], Reason::none);
}

TEST(Robustness, TakesAnyIntervalLength) {
  using namespace std::chrono_literals;
  for (const std::chrono::seconds interval : {1s, 60s, 420s, 3600s, 43'200s, 86'400s, 604'800s}) {
    Random random(4);
    std::vector<double> values;
    for (int i = 0; i < 700; ++i) values.push_back(20 + random.normal());
    values[650] = 60;
    const Scores scores = BenchStand(interval).run(values);
    EXPECT_GT(scores.severity[650], 60) << interval.count() << " s";
  }
}

}  // namespace
}  // namespace bellwether::detect
