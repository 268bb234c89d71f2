#include "sql_time_column.hpp"

#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

/// A detector in Amsterdam whose time column is of some kind.
Result<SqlTimeColumn> column(SqlColumnKind kind, const std::string& format = "yyyy-MM-dd HH:mm:ss",
                             Duration interval = std::chrono::hours(1)) {
  DetectorSpec spec = a_detector();
  spec.interval = interval;
  spec.timestamp.format = format;
  spec.timestamp.timezone = "Europe/Amsterdam";
  return SqlTimeColumn::make(spec, {"time", kind, "of its kind"});
}

std::string bound(SqlColumnKind kind, std::string_view time) {
  return column(kind)->bound(at(time));
}

TEST(SqlTimeColumn, WritesBoundsAsTheColumnWantsThem) {
  const TimePoint eight = at("08:00");
  EXPECT_EQ(column(SqlColumnKind::moment)->bound(eight), "2026-03-20 09:00:00+01:00");
  EXPECT_EQ(column(SqlColumnKind::local)->bound(eight), "2026-03-20 09:00:00");
  EXPECT_EQ(column(SqlColumnKind::date, "RFC3339", std::chrono::days(1))
                ->bound(at("2026-03-29T22:00:00Z")),
            "2026-03-30");
  EXPECT_EQ(column(SqlColumnKind::number, "UNIX_SECONDS")->bound(eight), "1773993600");
  EXPECT_EQ(column(SqlColumnKind::number, "UNIX_MS")->bound(eight), "1773993600000");
  EXPECT_EQ(column(SqlColumnKind::text)->bound(eight), "2026-03-20 09:00:00");
  EXPECT_EQ(column(SqlColumnKind::text, "yyyyMMdd'T'HH'h'")->bound(eight), "20260320T09h");
}

TEST(SqlTimeColumn, GivesTheDoubledHourToItsFirstPass) {
  // At 01:00Z clocks go back from 03:00 to 02:00; local times from 02:00 on mean the first pass.
  EXPECT_EQ(bound(SqlColumnKind::local, "2026-10-25T00:00:00Z"), "2026-10-25 02:00:00");
  EXPECT_EQ(bound(SqlColumnKind::local, "2026-10-25T01:00:00Z"), "2026-10-25 03:00:00");
  EXPECT_EQ(bound(SqlColumnKind::local, "2026-10-25T01:30:00Z"), "2026-10-25 03:00:00");
  EXPECT_EQ(bound(SqlColumnKind::local, "2026-10-25T02:00:00Z"), "2026-10-25 03:00:00");
  EXPECT_EQ(bound(SqlColumnKind::local, "2026-10-25T03:00:00Z"), "2026-10-25 04:00:00");
  EXPECT_EQ(bound(SqlColumnKind::moment, "2026-10-25T01:00:00Z"), "2026-10-25 02:00:00+01:00");
  EXPECT_EQ(bound(SqlColumnKind::local, "2026-03-29T01:00:00Z"), "2026-03-29 03:00:00");
}

/// Every local time lies between the bounds of the very interval that reading it names.
TEST(SqlTimeColumn, BoundsAndReadingAgreeAroundClockChanges) {
  const auto local = column(SqlColumnKind::local);
  for (const auto* day : {"2026-03-28T12:00:00Z", "2026-10-24T12:00:00Z"})
    for (TimePoint time = at(day); time < at(day) + std::chrono::hours(24);
         time += std::chrono::minutes(10)) {
      const std::string text = local->bound(time);  // Some local time near it.
      const TimePoint read = *local->read(text);
      const TimePoint begin = std::chrono::floor<std::chrono::hours>(read);
      EXPECT_LE(local->bound(begin), text) << to_rfc3339(time);
      EXPECT_GT(local->bound(begin + std::chrono::hours(1)), text) << to_rfc3339(time);
    }
}

TEST(SqlTimeColumn, ReadsTimesOfItsKind) {
  const TimePoint nine = at("09:00");
  EXPECT_EQ(*column(SqlColumnKind::moment)->read("2026-03-20 10:00:00+01"), nine);
  EXPECT_EQ(*column(SqlColumnKind::moment)->read("2026-03-20 09:00:00.0004999+00"), nine);
  EXPECT_EQ(*column(SqlColumnKind::moment)->read("2026-03-20T04:30:00.25-04:30"),
            nine + std::chrono::milliseconds(250));
  EXPECT_EQ(*column(SqlColumnKind::local)->read("2026-03-20 10:00:00"), nine);
  EXPECT_EQ(*column(SqlColumnKind::number, "UNIX_SECONDS")->read("1773997200"), nine);
  EXPECT_EQ(*column(SqlColumnKind::text)->read("2026-03-20 10:00:00"), nine);
}

TEST(SqlTimeColumn, RefusesWhatIsNoTime) {
  const auto moment = column(SqlColumnKind::moment);
  for (const char* bad :
       {"", "infinity", "-infinity", "2026-03-20 10:00:00+01 BC", "12026-03-20", "2026-13-01",
        "2026-02-30", "2026-03-20 10:00", "2026-03-20 10:61:00", "2026-03-20 10:00:00+",
        "2026-03-20 10:00:00+01:0", "2026-03-20 10:00:00x"})
    EXPECT_FALSE(moment->read(bad)) << bad;
}

TEST(SqlTimeColumn, SaysWhyAColumnCannotBeUsed) {
  EXPECT_EQ(column(SqlColumnKind::date).error().message,
            "column 'time' of type of its kind tells days only; set the detector's interval to 1d");
  EXPECT_EQ(column(SqlColumnKind::number).error().message,
            "column 'time' of type of its kind needs timestamp.format UNIX_SECONDS or UNIX_MS; it "
            "is 'yyyy-MM-dd HH:mm:ss'");
  EXPECT_FALSE(column(SqlColumnKind::other));
  for (const char* format : {"dd.MM.yyyy HH:mm", "yyyy-M-dd", "RFC3339", "yy-MM-dd", "yyyy-MM",
                             "yyyy-MM-dd hh:mm a", "UNIX"})
    EXPECT_FALSE(column(SqlColumnKind::text, format)) << format;
}

}  // namespace
}  // namespace bellwether::ingest
