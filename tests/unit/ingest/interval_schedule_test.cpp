#include "interval_schedule.hpp"

#include <gtest/gtest.h>

#include "import_position.hpp"
#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class IntervalScheduleTest : public ::testing::Test {
 protected:
  TimePoint first(std::string_view now, const Lookback& lookback) const {
    return schedule.grid().start_of(schedule.first(at(now), lookback));
  }

  IntervalSchedule schedule{IntervalGrid(hours(1)), minutes(5)};
};

TEST_F(IntervalScheduleTest, WaitsForTheEndAndTheOffset) {
  const auto due = [&](std::string_view now) {
    return schedule.grid().start_of(schedule.newest_due(at(now)));
  };
  EXPECT_EQ(due("09:04:59"), at("07:00"));
  EXPECT_EQ(due("09:05"), at("08:00"));
  EXPECT_EQ(schedule.due_at(schedule.newest_due(at("09:05"))), at("09:05"));
  EXPECT_EQ(schedule.due_at(schedule.newest_due(at("09:04:59"))), at("08:05"));
}

TEST_F(IntervalScheduleTest, LooksBackAsFarAsAskedFor) {
  EXPECT_EQ(first("09:10", {}), at("08:00"));
  EXPECT_EQ(first("09:10", {.intervals = 1}), at("08:00"));
  EXPECT_EQ(first("09:10", {.intervals = 3}), at("06:00"));
  EXPECT_EQ(first("09:10", {.span = hours(3)}), at("06:00"));
  EXPECT_EQ(first("09:10", {.span = minutes(30)}), at("08:00"));
  EXPECT_EQ(first("09:10", {.span = minutes(61)}), at("07:00")) << "an interval begun counts whole";
}

TEST(IntervalSchedule, BeginsDaysAtMidnightOfTheDetectorsZone) {
  DetectorSpec spec = a_detector();
  spec.interval = std::chrono::days(1);
  spec.timestamp.timezone = "Europe/Amsterdam";
  const auto schedule = IntervalSchedule::make(spec);
  ASSERT_TRUE(schedule);
  EXPECT_EQ(schedule->grid().start_of(schedule->newest_due(at("2026-03-30T00:00:00Z"))),
            at("2026-03-28T23:00:00Z"))
      << "the day of 23 hours";
  spec.timestamp.timezone = "Mars/Olympus";
  EXPECT_FALSE(IntervalSchedule::make(spec));
}

TEST(ImportPatience, EndsAfterItsTimeAndIsRenewed) {
  const ImportPatience::Time begin{};
  ImportPatience patience(minutes(10));
  EXPECT_FALSE(patience.is_over_after_failure(begin));
  EXPECT_FALSE(patience.is_over_after_failure(begin + minutes(9)));
  EXPECT_TRUE(patience.is_over_after_failure(begin + minutes(10)));
  patience.renew();
  EXPECT_FALSE(patience.is_over_after_failure(begin + minutes(11)));
}

TEST(ImportPosition, IsReadBackAsWritten) {
  const ImportPosition position{at("08:00")};
  EXPECT_EQ(to_text("sql", position), "sql 1 next 2026-03-20T08:00:00Z\n");
  const auto back = parse_import_position("sql", to_text("sql", position));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, position);
  for (const char* bad : {"", "sql 1 next ", "sql 1 next 2026-03-20T08:00:00Z", "sql 2 next x\n",
                          "s3 1 next 2026-03-20T08:00:00Z\n", "sql 1 next yesterday\n"}) {
    const auto refused = parse_import_position("sql", bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace bellwether::ingest
