#include "bellwether/domain/interval_grid.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TimePoint at(const char* text) { return parse_rfc3339(text).value(); }

/// Amsterdam's offsets around the changes of 2026.
TimeZone amsterdam() {
  return {"Europe/Amsterdam",
          hours(1),
          {{at("2026-03-29T01:00:00Z"), hours(2)}, {at("2026-10-25T01:00:00Z"), hours(1)}}};
}

TEST(IntervalGrid, CutsTimeAtMultiplesOfItsLength) {
  const IntervalGrid grid(minutes(5));
  const auto index = grid.index_of(at("2026-03-20T08:03:00Z"));
  EXPECT_EQ(grid.start_of(index), at("2026-03-20T08:00:00Z"));
  EXPECT_EQ(grid.end_of(index), at("2026-03-20T08:05:00Z"));
  EXPECT_EQ(grid.index_of(at("2026-03-20T08:05:00Z")), index + 1);
}

TEST(IntervalGrid, GoesOnBefore1970) {
  const IntervalGrid grid(hours(1));
  EXPECT_EQ(grid.index_of(at("1969-12-31T23:59:59Z")), -1);
  EXPECT_EQ(grid.start_of(-1), at("1969-12-31T23:00:00Z"));
}

TEST(IntervalGrid, BeginsDaysAtLocalMidnightHoweverLongTheyAre) {
  const IntervalGrid grid(std::chrono::days(1), amsterdam());
  const auto short_day = grid.index_of(at("2026-03-29T12:00:00Z"));
  EXPECT_EQ(grid.start_of(short_day), at("2026-03-28T23:00:00Z"));
  EXPECT_EQ(grid.end_of(short_day), at("2026-03-29T22:00:00Z"));
  const auto long_day = grid.index_of(at("2026-10-25T12:00:00Z"));
  EXPECT_EQ(grid.end_of(long_day) - grid.start_of(long_day), hours(25));
  EXPECT_EQ(grid.index_of(at("2026-10-25T22:59:00Z")), long_day);
}

TEST(TimeZone, TakesADoubledHourAsItsFirstPassAndMovesASkippedOneOn) {
  const TimeZone zone = amsterdam();
  using Local = std::chrono::local_time<std::chrono::milliseconds>;
  const auto local = [](const char* text) { return Local(at(text).time_since_epoch()); };
  EXPECT_EQ(zone.from_local(local("2026-10-25T02:30:00Z")), at("2026-10-25T00:30:00Z"));
  EXPECT_EQ(zone.from_local(local("2026-03-29T02:30:00Z")), at("2026-03-29T01:30:00Z"));
  EXPECT_EQ(zone.from_local(local("2026-07-01T12:00:00Z")), at("2026-07-01T10:00:00Z"));
}

}  // namespace
}  // namespace bellwether
