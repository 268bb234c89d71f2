#include "aws_time.hpp"

#include <gtest/gtest.h>

namespace bellwether::sinks {
namespace {

TimePoint at(const char* text) { return parse_rfc3339(text).value(); }

TEST(ZonedText, LeavesOutSecondsThatAreZero) {
  EXPECT_EQ(to_zoned_text(at("2026-03-02T14:00:00Z"), "UTC"), "2026-03-02T14:00Z[UTC]");
  EXPECT_EQ(to_zoned_text(at("2026-03-02T14:00:07.9Z"), "UTC"), "2026-03-02T14:00:07Z[UTC]");
}

TEST(ZonedText, SaysTheOffsetAndTheZone) {
  EXPECT_EQ(to_zoned_text(at("2026-07-01T07:00:00Z"), "Europe/Paris"),
            "2026-07-01T09:00+02:00[Europe/Paris]");
  EXPECT_EQ(to_zoned_text(at("2026-01-01T02:00:00Z"), "America/St_Johns"),
            "2025-12-31T22:30-03:30[America/St_Johns]");
  EXPECT_EQ(to_zoned_text(at("2021-02-14T04:00:00Z"), "Atlantic/St_Helena"),
            "2021-02-14T04:00Z[Atlantic/St_Helena]");
}

TEST(ZonedText, TakesAZoneThatNobodyKnowsForUtc) {
  EXPECT_EQ(to_zoned_text(at("2026-03-02T14:00:00Z"), "Mars/Olympus"), "2026-03-02T14:00Z[UTC]");
  EXPECT_EQ(to_zoned_text(at("2026-03-02T14:00:00Z"), ""), "2026-03-02T14:00Z[UTC]");
}

TEST(EnglishText, CountsTwelveHours) {
  EXPECT_EQ(to_english_text(at("2022-05-25T20:05:00Z"), "UTC"), "May 25, 2022 at 8:05 PM");
  EXPECT_EQ(to_english_text(at("2022-05-05T00:00:00Z"), "UTC"), "May 5, 2022 at 12:00 AM");
  EXPECT_EQ(to_english_text(at("2022-12-31T12:30:00Z"), "UTC"), "December 31, 2022 at 12:30 PM");
  EXPECT_EQ(to_english_text(at("2022-12-31T23:30:00Z"), "Asia/Tokyo"),
            "January 1, 2023 at 8:30 AM");
}

}  // namespace
}  // namespace bellwether::sinks
