#include "cadence.hpp"

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

using namespace std::chrono_literals;

TEST(Cadence, KnowsTheCyclesOfAnInterval) {
  const Cadence five_minutes(5min, 0s);
  EXPECT_EQ(five_minutes.points_per_day, 288);
  EXPECT_EQ(five_minutes.points_per_week, 2016);
  EXPECT_EQ(five_minutes.hour_points, 12);
  EXPECT_EQ(five_minutes.hold_points, 36);

  const Cadence daily(24h, 0s);
  EXPECT_FALSE(daily.has_day());
  EXPECT_EQ(daily.points_per_week, 7);
  EXPECT_EQ(daily.hold_points, 5);

  EXPECT_FALSE(Cadence(168h, 0s).has_week());
  EXPECT_FALSE(Cadence(12h, 0s).has_day());
}

TEST(Cadence, BeginsDaysAtLocalMidnight) {
  const Cadence utc(1h, 0s);
  const Cadence east(1h, 2h);
  EXPECT_EQ(utc.phase_of(48).day, 0);
  EXPECT_EQ(east.phase_of(46).day, 0);
  EXPECT_EQ(east.phase_of(-2).day, 0);
  EXPECT_EQ(utc.phase_of(-1).day, 23);
}

TEST(Cadence, StepsAndMovesThroughDayAndWeek) {
  const Cadence cadence(1h, 0s);
  Phase phase = cadence.phase_of(0);
  for (int i = 0; i < 400; ++i) {
    const Phase expected = cadence.phase_of(i);
    EXPECT_EQ(phase.day, expected.day);
    EXPECT_EQ(phase.week, expected.week);
    phase = cadence.next(phase);
  }
  EXPECT_EQ(cadence.moved({0, 0}, -1).day, 23);
  EXPECT_EQ(cadence.moved({0, 0}, -1).week, 167);
}

}  // namespace
}  // namespace bellwether::detect
