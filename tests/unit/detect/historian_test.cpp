#include "historian.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr double turn = 2 * std::numbers::pi;
const Cadence hourly(std::chrono::hours(1), std::chrono::seconds(0));
const Cadence five_minutes(std::chrono::minutes(5), std::chrono::seconds(0));

using Process = std::function<double(int, Random&)>;

std::vector<float> history_of(int count, std::uint64_t seed, const Process& process) {
  Random random(seed);
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(process(i, random)));
  return values;
}

int seeds_choosing(TransformKind kind, const Process& process) {
  Historian historian;
  int chosen = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const auto values = history_of(288 * 10, seed, process);
    EXPECT_TRUE(historian.study({values, 0}, {}, five_minutes));
    if (historian.result().transform.kind == kind) ++chosen;
  }
  return chosen;
}

TEST(Historian, ChoosesTheTransformThatSteadiesTheNoise) {
  EXPECT_GE(
      seeds_choosing(TransformKind::identity, [](int, Random& r) { return 100 + 10 * r.normal(); }),
      9);
  EXPECT_GE(seeds_choosing(TransformKind::logarithm,
                           [](int, Random& r) { return 50 * std::exp(r.normal()); }),
            9);
  EXPECT_GE(seeds_choosing(TransformKind::logarithm,
                           [](int i, Random& r) {
                             return 1000 *
                                    std::exp(0.8 * std::sin(turn * i / 288) + 0.1 * r.normal());
                           }),
            9);
  EXPECT_GE(seeds_choosing(TransformKind::square_root, [](int, Random& r) { return r.poisson(5); }),
            9);
}

TEST(Historian, LeavesNegativeValuesAsTheyAre) {
  const auto values = history_of(500, 1, [](int, Random& r) { return r.normal(); });
  Historian historian;
  ASSERT_TRUE(historian.study({values, 0}, {}, hourly));
  EXPECT_EQ(historian.result().transform.kind, TransformKind::identity);
}

TEST(Historian, MasksRareOutliersAndKeepsFrequentOnes) {
  const auto spikes_every = [](int period) {
    return history_of(24 * 40, 2, [period](int i, Random& r) {
      return 100 + r.normal() + (i % period == 7 ? 80 : 0);
    });
  };
  Historian historian;
  const auto masked = [&](const std::vector<float>& values) {
    EXPECT_TRUE(historian.study({values, 0}, {}, hourly));
    int count = 0;
    for (const char mask : historian.result().masked) count += mask;
    return count;
  };
  EXPECT_EQ(masked(spikes_every(130)), 8);
  EXPECT_EQ(masked(spikes_every(9)), 0);
}

TEST(Historian, MeasuresNoiseByTheHour) {
  const auto values = history_of(24 * 40, 3, [](int i, Random& r) {
    const bool is_day = i % 24 >= 8 && i % 24 < 20;
    return (is_day ? 50 : 0) + (is_day ? 8 : 1) * r.normal();
  });
  Historian historian;
  ASSERT_TRUE(historian.study({values, 0}, {}, hourly));
  EXPECT_GT(historian.result().noise_by_hour.at(14), 3 * historian.result().noise_by_hour.at(2));
}

TEST(Historian, RecognisesSmallCounts) {
  Historian historian;
  const auto poisson = history_of(2000, 4, [](int, Random& r) { return r.poisson(3); });
  ASSERT_TRUE(historian.study({poisson, 0}, {}, hourly));
  EXPECT_TRUE(historian.result().counts.applies());
  const auto large =
      history_of(2000, 4, [](int, Random& r) { return std::round(5000 + 300 * r.normal()); });
  ASSERT_TRUE(historian.study({large, 0}, {}, hourly));
  EXPECT_FALSE(historian.result().counts.applies());
}

TEST(Historian, DoesNotTakeRoundedValuesForCounts) {
  const auto rounded = history_of(2000, 5, [](int i, Random& r) {
    return std::round(60 + 2 * r.normal() + (i % 150 == 0 ? 60 : 0));
  });
  Historian historian;
  ASSERT_TRUE(historian.study({rounded, 0}, {}, hourly));
  EXPECT_FALSE(historian.result().counts.applies());
}

TEST(Historian, LeavesAnHourQuietThoughItHeldAnIncident) {
  auto values = history_of(
      24 * 20, 6, [](int i, Random& r) { return 100 + 20 * std::sin(turn * i / 24) + r.normal(); });
  for (const int hour : {24 * 11 + 9, 24 * 15 + 9}) values[static_cast<std::size_t>(hour)] += 50;
  Historian historian;
  ASSERT_TRUE(historian.study({values, 0}, {}, hourly));
  EXPECT_LT(historian.result().noise_by_hour.at(9), 1.6F);
}

TEST(Historian, DeclinesAnEmptyPast) {
  const std::vector<float> values(1000, std::numeric_limits<float>::quiet_NaN());
  EXPECT_FALSE(Historian().study({values, 0}, {}, hourly));
}

}  // namespace
}  // namespace bellwether::detect
