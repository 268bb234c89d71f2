#include "week_echo.hpp"

#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "cyclic_profile.hpp"
#include "support/random.hpp"

namespace bellwether::detect {
namespace {

constexpr int day = 288;
constexpr int week = 7 * day;

/// Nine days of noise around `value`.
std::vector<float> nine_days(std::uint64_t seed, const std::function<double(int, Random&)>& value) {
  Random random(seed);
  std::vector<float> values;
  for (int i = 0; i < 9 * day; ++i) values.push_back(static_cast<float>(value(i, random)));
  return values;
}

float echo_at(const FittedProfile<most_weekly_knots>& profile, int phase) {
  auto knots = profile.knots;
  const auto span =
      std::span<const float>(knots).first(static_cast<std::size_t>(profile.knot_count));
  return FittedCycle(PlainKnots(span), week, ProfileForm::steps, &profile.edges).at(phase);
}

TEST(WeekEcho, KeepsTheWeekendOfTheOnlyWeek) {
  auto values = nine_days(
      1, [](int i, Random& random) { return (i / day % 7 >= 5 ? -40 : 0) + 5 * random.normal(); });
  FittedProfile<most_weekly_knots> profile;
  ASSERT_TRUE(WeekEcho().hear(values, 0, week, profile));
  EXPECT_NEAR(echo_at(profile, 5 * day + 100), -40, 4);
  EXPECT_NEAR(echo_at(profile, 6 * day + 200), -40, 4);
  EXPECT_EQ(echo_at(profile, 2 * day + 100), 0);
  // What it excuses is no noise any more.
  for (int i = 5 * day; i < 7 * day; ++i)
    EXPECT_LT(std::abs(values[static_cast<std::size_t>(i)]), 30);
}

TEST(WeekEcho, KnowsToThePointWhenAnExceptionBegan) {
  constexpr int begin = 5 * day + 31;  // Seven minutes to three is within an hour's knot.
  auto values = nine_days(2, [](int i, Random& random) {
    const int at = i % week;
    return (at >= begin && at < begin + day ? -60 : 0) + 4 * random.normal();
  });
  FittedProfile<most_weekly_knots> profile;
  ASSERT_TRUE(WeekEcho().hear(values, 0, week, profile));
  EXPECT_NEAR(echo_at(profile, begin - 1), 0, 4);
  EXPECT_NEAR(echo_at(profile, begin), -60, 4);
  EXPECT_NEAR(echo_at(profile, begin + day - 1), -60, 4);
  EXPECT_NEAR(echo_at(profile, begin + day), 0, 4);
}

TEST(WeekEcho, HearsNothingInNoiseInATrendAndInAWanderingSeries) {
  int heard_in_walks = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    FittedProfile<most_weekly_knots> profile;
    auto noise = nine_days(seed, [](int, Random& random) { return 5 * random.normal(); });
    EXPECT_FALSE(WeekEcho().hear(noise, 0, week, profile)) << "seed " << seed;
    auto trend =
        nine_days(seed, [](int i, Random& random) { return 0.02 * i + 3 * random.normal(); });
    EXPECT_FALSE(WeekEcho().hear(trend, 0, week, profile)) << "seed " << seed;
    double state = 0;
    auto wander =
        nine_days(seed, [&](int, Random& random) { return state = 0.9 * state + random.normal(); });
    heard_in_walks += WeekEcho().hear(wander, 0, week, profile) ? 1 : 0;
  }
  EXPECT_LE(heard_in_walks, 1);
}

TEST(WeekEcho, NeedsAWholeWeek) {
  auto values = nine_days(
      3, [](int i, Random& random) { return (i / day % 7 >= 5 ? -40 : 0) + 5 * random.normal(); });
  values.resize(week - 1);
  FittedProfile<most_weekly_knots> profile;
  EXPECT_FALSE(WeekEcho().hear(values, 0, week, profile));
}

}  // namespace
}  // namespace bellwether::detect
