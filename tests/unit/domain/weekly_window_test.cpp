#include "bellwether/domain/weekly_window.hpp"

#include <gmock/gmock.h>

namespace bellwether {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

/// 2026-03-27 is a Friday; clocks go forward on Sunday the 29th, at 01:00 UTC.
TimePoint utc(int day, int hour, int minute = 0) {
  return std::chrono::sys_days(std::chrono::year(2026) / 3 / 1) + std::chrono::days(day - 1) +
         hours(hour) + minutes(minute);
}

const TimeZone berlin("Europe/Berlin", hours(1), {{utc(29, 1), hours(2)}});

WeeklyWindow a_window(const std::string& rule, minutes from, minutes until) {
  WeeklyWindow window;
  window.rule = *parse_weekly_rule(rule);
  window.from = from;
  window.until = until;
  return window;
}

bool is_within(const WeeklyWindow& window, TimePoint time, TimePoint first = utc(2, 0),
               const TimeZone& zone = {}) {
  return occurrence_at(window, zone, first, time).has_value();
}

std::string complaint(const std::string& rule) {
  const auto parsed = parse_weekly_rule(rule);
  return parsed ? "" : parsed.error().message;
}

TEST(WeeklyRule, WritesWhatItReads) {
  for (const char* text :
       {"FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=SU,SA", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231", "FREQ=WEEKLY;BYDAY=TU;COUNT=7;WKST=SU"})
    EXPECT_EQ(to_string(*parse_weekly_rule(text)), text);
  EXPECT_EQ(to_string(*parse_weekly_rule("rrule:freq=weekly;byday=fr,mo")),
            "FREQ=WEEKLY;BYDAY=MO,FR");
}

TEST(WeeklyRule, SaysWhatItDoesNotUnderstand) {
  EXPECT_EQ(complaint("FREQ=DAILY"), "FREQ=DAILY is not understood; only FREQ=WEEKLY is known");
  EXPECT_EQ(complaint("BYDAY=MO"), "FREQ is missing; begin with FREQ=WEEKLY");
  EXPECT_EQ(complaint("FREQ=WEEKLY;BYDAY=1MO"),
            "BYDAY=1MO is not understood; list days as MO,TU,WE,TH,FR,SA,SU");
  EXPECT_EQ(complaint("FREQ=WEEKLY;INTERVAL=0"),
            "INTERVAL=0 is not understood; give a number of weeks from 1");
  EXPECT_EQ(complaint("FREQ=WEEKLY;UNTIL=20260230"),
            "UNTIL=20260230 is not understood; give a local date, such as 20261231");
  EXPECT_EQ(complaint("FREQ=WEEKLY;UNTIL=20261231;COUNT=3"), "give either UNTIL or COUNT");
  EXPECT_EQ(complaint("FREQ=WEEKLY;BYHOUR=3"),
            "BYHOUR is not known; use FREQ, BYDAY, INTERVAL, UNTIL, COUNT and WKST");
  EXPECT_EQ(complaint("FREQ=WEEKLY;FREQ=WEEKLY"), "FREQ is given twice");
  EXPECT_EQ(complaint(""), "'' is not understood; write it like FREQ=WEEKLY;BYDAY=SA,SU");
}

TEST(WeeklyWindow, BeginsAndEndsAtItsTimesOfDay) {
  const auto window = a_window("FREQ=WEEKLY;BYDAY=MO,FR", hours(8), hours(17) + minutes(30));
  EXPECT_FALSE(is_within(window, utc(27, 7, 59)));
  EXPECT_TRUE(is_within(window, utc(27, 8)));
  EXPECT_TRUE(is_within(window, utc(27, 17, 29)));
  EXPECT_FALSE(is_within(window, utc(27, 17, 30)));
  EXPECT_FALSE(is_within(window, utc(26, 12)));  // Thursday.
  EXPECT_TRUE(is_within(window, utc(30, 12)));   // Monday.
}

TEST(WeeklyWindow, RunsOverMidnight) {
  const auto window = a_window("FREQ=WEEKLY;BYDAY=SA", hours(22), hours(6));
  EXPECT_FALSE(is_within(window, utc(28, 5)));
  EXPECT_TRUE(is_within(window, utc(28, 22)));
  EXPECT_TRUE(is_within(window, utc(29, 5, 59)));
  EXPECT_FALSE(is_within(window, utc(29, 6)));
}

TEST(WeeklyWindow, LastsAWholeDayWhereItEndsAtMidnight) {
  const auto window = a_window("FREQ=WEEKLY;BYDAY=SA", minutes(0), hours(24));
  EXPECT_TRUE(is_within(window, utc(28, 0)));
  EXPECT_TRUE(is_within(window, utc(28, 23, 59)));
  EXPECT_FALSE(is_within(window, utc(29, 0)));
  const auto same = a_window("FREQ=WEEKLY;BYDAY=SA", hours(9), hours(9));
  EXPECT_TRUE(is_within(same, utc(29, 8, 59)));
  EXPECT_FALSE(is_within(same, utc(29, 9)));
}

TEST(WeeklyWindow, FollowsItsTimeZoneThroughAClockChange) {
  const auto window = a_window("FREQ=WEEKLY;BYDAY=SA,SU", hours(1), hours(5));
  EXPECT_TRUE(is_within(window, utc(28, 0), utc(2, 0), berlin));   // 01:00
  EXPECT_FALSE(is_within(window, utc(28, 4), utc(2, 0), berlin));  // 05:00
  const auto occurrence = occurrence_at(window, berlin, utc(2, 0), utc(29, 0, 30));
  ASSERT_TRUE(occurrence);
  EXPECT_EQ(occurrence->from, utc(29, 0));
  EXPECT_EQ(occurrence->until, utc(29, 3));  // An hour is missing.
}

TEST(WeeklyWindow, LeavesWeeksOut) {
  const auto window = a_window("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", minutes(0), hours(24));
  // The first day is Wednesday, March 4th: its week has Sunday the 8th, the next one is left out.
  const TimePoint first = utc(4, 0);
  EXPECT_FALSE(is_within(window, utc(3, 1), first));
  EXPECT_TRUE(is_within(window, utc(8, 1), first));
  EXPECT_FALSE(is_within(window, utc(10, 1), first));
  EXPECT_TRUE(is_within(window, utc(17, 1), first));
  EXPECT_TRUE(is_within(window, utc(22, 1), first));
  // Where weeks begin on Sunday, the 8th belongs to the week that is left out.
  auto sundays = window;
  sundays.rule.week_start = std::chrono::Sunday;
  EXPECT_FALSE(is_within(sundays, utc(8, 1), first));
  EXPECT_TRUE(is_within(sundays, utc(15, 1), first));
}

TEST(WeeklyWindow, RecursOnTheWeekdayOfItsFirstDayUnlessToldOtherwise) {
  const auto window = a_window("FREQ=WEEKLY", hours(8), hours(9));
  EXPECT_TRUE(is_within(window, utc(18, 8), utc(4, 0)));
  EXPECT_FALSE(is_within(window, utc(19, 8), utc(4, 0)));
}

TEST(WeeklyWindow, EndsAfterItsLastDayOrCount) {
  const auto until = a_window("FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20260320", hours(8), hours(9));
  EXPECT_TRUE(is_within(until, utc(20, 8)));
  EXPECT_FALSE(is_within(until, utc(23, 8)));
  // Wednesday the 4th on: 6, 9, 13, 16, 20.
  const auto count = a_window("FREQ=WEEKLY;BYDAY=MO,FR;COUNT=5", hours(8), hours(9));
  for (const int day : {6, 9, 13, 16, 20}) EXPECT_TRUE(is_within(count, utc(day, 8), utc(4, 0)));
  EXPECT_FALSE(is_within(count, utc(23, 8), utc(4, 0)));
}

TEST(WeeklyWindow, RefusesTimesThatNoDayHas) {
  auto window = a_window("FREQ=WEEKLY", hours(24), hours(25));
  const auto problems = validate(window);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "from");
  EXPECT_EQ(problems[1].field, "until");
}

}  // namespace
}  // namespace bellwether
