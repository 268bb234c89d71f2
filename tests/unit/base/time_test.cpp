#include "bellwether/base/time.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

TEST(Rfc3339, IsWrittenWithMillisecondsOnlyWhenThereAreAny) {
  const TimePoint time = parse_rfc3339("2026-03-20T08:00:00Z").value();
  EXPECT_EQ(to_rfc3339(time), "2026-03-20T08:00:00Z");
  EXPECT_EQ(to_rfc3339(time + milliseconds(7)), "2026-03-20T08:00:00.007Z");
  EXPECT_EQ(to_rfc3339(TimePoint(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, TakesOffsetsFractionsAndASpace) {
  const TimePoint time = parse_rfc3339("2026-03-20T08:00:00Z").value();
  EXPECT_EQ(parse_rfc3339("2026-03-20T10:00:00+02:00").value(), time);
  EXPECT_EQ(parse_rfc3339("2026-03-20 02:30:00-0530").value(), time);
  EXPECT_EQ(parse_rfc3339("2026-03-20t08:00:00.123456789z").value(), time + milliseconds(123));
  EXPECT_EQ(parse_rfc3339("2026-03-20T08:00:00.5Z").value(), time + milliseconds(500));
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-03-20", "2026-02-30T00:00:00Z", "2026-03-20T24:00:00Z", "2026-03-20T08:00:00",
        "2026-03-20T08:00:00Zx", "0000-01-01T00:00:00Z", "2026-03-20T08:00:00.Z",
        "2026-03-20T08:00:00+25:00", "20260320T080000Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  EXPECT_EQ(parse_rfc3339("soon").error().message,
            "'soon' is not a time; write it as 2026-03-20T08:00:00Z");
}

TEST(DurationText, IsReadBackAsItWasWritten) {
  for (const Duration duration :
       {Duration(0), Duration(1), Duration(minutes(5)), Duration(hours(36)), Duration(minutes(90)),
        Duration(std::chrono::days(400) + milliseconds(250))})
    EXPECT_EQ(parse_duration(to_string(duration)).value(), duration) << to_string(duration);
  EXPECT_EQ(to_string(Duration(minutes(90))), "1h30m");
  EXPECT_EQ(to_string(Duration(0)), "0s");
}

TEST(DurationText, RefusesUnknownUnitsSignsAndWrongOrder) {
  for (const char* text : {"", "5", "m", "-5m", "5x", "30m1h", "1h1h", "99999999999999999d", "1 h"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

}  // namespace
}  // namespace bellwether
