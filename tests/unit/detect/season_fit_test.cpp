#include "season_fit.hpp"

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

Season season_of(int count, const Cadence& cadence, const std::function<double(int)>& value) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) values.push_back(static_cast<float>(value(i)));
  SeasonTest test;
  Season season;
  test.run(values, Phase{}, cadence, {}, season);
  return season;
}

TEST(SeasonTest, FindsADailyRhythmInNoise) {
  Random random(1);
  Season season = season_of(24 * 14, hourly, [&](int i) {
    return 100 + 5 * std::sin(turn * i / 24) + 2 * random.normal();
  });
  ASSERT_TRUE(season.daily.exists());
  EXPECT_FALSE(season.weekly.exists());
  const CyclicProfile daily = season.daily_view(hourly);
  EXPECT_NEAR(daily.at(6), 5, 2);
  EXPECT_NEAR(daily.at(18), -5, 2);
}

TEST(SeasonTest, FindsTheWeekOnTopOfTheDay) {
  Random random(2);
  const Season season = season_of(24 * 7 * 4, hourly, [&](int i) {
    const bool is_weekend = i / 24 % 7 >= 5;
    return 100 + 20 * std::sin(turn * i / 24) - (is_weekend ? 15 : 0) + 3 * random.normal();
  });
  EXPECT_TRUE(season.daily.exists());
  EXPECT_TRUE(season.weekly.exists());
}

TEST(SeasonTest, FindsNothingWhereThereIsNothing) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Random random(seed);
    double walk = 0;
    const Season noise = season_of(24 * 28, hourly, [&](int) { return 100 + 5 * random.normal(); });
    const Season wander =
        season_of(24 * 28, hourly, [&](int) { return 1000 + (walk += random.normal()); });
    const Season trend =
        season_of(24 * 28, hourly, [&](int i) { return 0.05 * i + random.normal(); });
    for (const Season& season : {noise, wander, trend}) {
      EXPECT_FALSE(season.daily.exists()) << "seed " << seed;
      EXPECT_FALSE(season.weekly.exists()) << "seed " << seed;
    }
  }
}

TEST(SeasonTest, NeedsTwoWholeCycles) {
  EXPECT_FALSE(season_of(47, hourly, [](int i) { return i % 24; }).daily.exists());
  EXPECT_TRUE(season_of(48, hourly, [](int i) { return i % 24 * 10; }).daily.exists());
}

TEST(SeasonTest, SurvivesGapsAndOutliers) {
  Random random(3);
  const Season season = season_of(24 * 21, hourly, [&](int i) {
    if (i % 10 == 3 || (i > 100 && i < 160)) return std::numeric_limits<double>::quiet_NaN();
    if (i % 197 == 0) return 1e9;
    return 100 + 10 * std::sin(turn * i / 24) + random.normal();
  });
  ASSERT_TRUE(season.daily.exists());
  EXPECT_NEAR(season.daily.knots[6], 10, 1.5);
}

TEST(SeasonTest, KeepsAnIncidentOutOfAWeekKnownFromTwoCycles) {
  Random random(5);
  const Season season = season_of(24 * 14, hourly, [&](int i) {
    const double week = 10 * std::sin(turn * i / 168);
    return 100 + week + (i >= 250 && i < 254 ? 80 : 0) + random.normal();
  });
  ASSERT_TRUE(season.weekly.exists());
  const auto knot = static_cast<std::size_t>(250 % 168);
  EXPECT_NEAR(season.weekly.knots[knot], 10 * std::sin(turn * 250 / 168), 6);
}

TEST(SeasonTest, TakesFinerKnotsWhereTheyPredictBetter) {
  Random random(4);
  const Season smooth = season_of(288 * 6, five_minutes, [&](int i) {
    return 30 * std::sin(turn * i / 288) + random.normal();
  });
  EXPECT_EQ(smooth.daily.knot_count, 96);
  const Season jagged = season_of(288 * 6, five_minutes,
                                  [&](int i) { return (i % 3 == 0 ? 20 : 0) + random.normal(); });
  EXPECT_EQ(jagged.daily.knot_count, 288);
}

}  // namespace
}  // namespace bellwether::detect
