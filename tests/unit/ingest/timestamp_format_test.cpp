#include "bellwether/ingest/timestamp_format.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/ingest/time_zone_database.hpp"

namespace bellwether::ingest {
namespace {

struct GoodText {
  std::string pattern;
  std::string text;
  std::string expected;
  std::string zone = "UTC";
};

TEST(TimestampFormat, ReadsWhatThePatternsSay) {
  const std::vector<GoodText> table{
      {"yyyy-MM-dd", "2026-03-20", "2026-03-20T00:00:00Z"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20 08:15:30", "2026-03-20T08:15:30Z"},
      {"yyyy-MM-dd HH:mm:ss", "2026-3-2 8:5:3", "2026-03-02T08:05:03Z"},
      {"yyyy-MM-dd HH:mm:ss", "  2026-03-20 08:15:30 ", "2026-03-20T08:15:30Z"},
      {"yyyy-MM-dd HH:mm", "2022-03-20 00:00", "2022-03-20T00:00:00Z"},
      {"yyyy-MM-DD HH:mm:ss", "2026-03-20 08:15:30", "2026-03-20T08:15:30Z"},
      {"yyyy-D", "2026-79", "2026-03-20T00:00:00Z"},
      {"yyyyDDD", "2024366", "2024-12-31T00:00:00Z"},
      {"yyyy-MM-dd hh:mm:ss a", "2026-03-20 12:00:00 AM", "2026-03-20T00:00:00Z"},
      {"yyyy-MM-dd hh:mm:ss a", "2026-03-20 12:30:00 pm", "2026-03-20T12:30:00Z"},
      {"yyyy-MM-dd hh:mm:ss a", "2026-03-20 1:00:00 Pm", "2026-03-20T13:00:00Z"},
      {"yyyy-MM-dd KK:mm a", "2026-03-20 00:10 PM", "2026-03-20T12:10:00Z"},
      {"yyyy-MM-dd kk:mm", "2026-03-20 24:10", "2026-03-20T00:10:00Z"},
      {"yyyyMMddHHmmss", "20260320081530", "2026-03-20T08:15:30Z"},
      {"yyyyMMddHHmmssSSS", "20260320081530042", "2026-03-20T08:15:30.042Z"},
      {"yyyy-MM-dd'T'HH:mm:ss'Z'", "2026-03-20T08:15:30Z", "2026-03-20T08:15:30Z"},
      {"yyyy-MM-dd HH 'o''clock'", "2026-03-20 08 o'clock", "2026-03-20T08:00:00Z"},
      {"yyyy-MM-dd HH:mm:ss.s", "2021-09-10 17:05:00.0", "2021-09-10T17:05:00Z"},
      {"yyyy-MM-dd HH:mm:ss.SSS", "2026-03-20 08:15:30.5", "2026-03-20T08:15:30.500Z"},
      {"yyyy-MM-dd HH:mm:ss.SSS", "2026-03-20 08:15:30.123456", "2026-03-20T08:15:30.123Z"},
      {"yyyy-MM-dd HH:mm:ss Z", "2026-03-20 08:15:30 +0100", "2026-03-20T07:15:30Z"},
      {"yyyy-MM-dd'T'HH:mm:ssX", "2026-03-20T08:15:30-05:30", "2026-03-20T13:45:30Z"},
      {"yyyy-MM-dd'T'HH:mm:ssX", "2026-03-20T08:15:30Z", "2026-03-20T08:15:30Z"},
      {"yyyy-MM-dd'T'HH:mm:ssX", "2026-03-20T08:15:30+01", "2026-03-20T07:15:30Z"},
      {"yyyy-MM-dd HH:mm:ss z", "2026-03-20 08:15:30 UTC", "2026-03-20T08:15:30Z"},
      {"yyyy-MM-dd HH:mm:ss z", "2026-03-20 08:15:30 GMT+2", "2026-03-20T06:15:30Z"},
      {"yyyy-MM-dd HH:mm:ss z", "2026-03-20 08:15:30 utc", "2026-03-20T08:15:30Z",
       "Europe/Amsterdam"},
      {"EEE, dd MMM yyyy HH:mm:ss", "Fri, 20 Mar 2026 08:15:30", "2026-03-20T08:15:30Z"},
      {"EEEE d MMMM yyyy", "friday 20 march 2026", "2026-03-20T00:00:00Z"},
      {"dd/MM/yy", "20/03/26", "2026-03-20T00:00:00Z"},
      {"dd/MM/yy", "20/03/99", "1999-03-20T00:00:00Z"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20 08:15:30", "2026-03-20T07:15:30Z", "Europe/Amsterdam"},
      {"yyyy-MM-dd HH:mm", "2026-03-29 02:30", "2026-03-29T01:30:00Z", "Europe/Amsterdam"},
      {"yyyy-MM-dd HH:mm", "2026-10-25 02:30", "2026-10-25T00:30:00Z", "Europe/Amsterdam"},
      {"yyyy-MM-dd HH:mm", "2026-10-25 03:30", "2026-10-25T02:30:00Z", "Europe/Amsterdam"},
      {"yyyy-MM-dd HH:mm", "2026-03-20 00:00", "2026-03-19T18:15:00Z", "Asia/Kathmandu"},
      {"UNIX", "1773993600", "2026-03-20T08:00:00Z"},
      {"UNIX", "1773993600123", "2026-03-20T08:00:00.123Z"},
      {"UNIX", "94694400000", "4970-09-30T00:00:00Z"},
      {"UNIX", "94694400001", "1973-01-01T00:00:00.001Z"},
      {"UNIX", "1773993600.987", "2026-03-20T08:00:00Z"},
      {"UNIX", "-1", "1969-12-31T23:59:59Z"},
      {"UNIX_SECONDS", "1773993600", "2026-03-20T08:00:00Z"},
      {"UNIX_MS", "1000", "1970-01-01T00:00:01Z"},
      {"RFC3339", "2026-03-20T08:15:30.25+01:00", "2026-03-20T07:15:30.250Z"},
      {"yyyy-MM-dd HH:mm:ss", "2024-02-29 00:00:00", "2024-02-29T00:00:00Z"},
  };
  for (const GoodText& row : table) {
    SCOPED_TRACE(row.pattern + " of " + row.text);
    const auto format = TimestampFormat::compile(row.pattern, *load_time_zone(row.zone));
    ASSERT_TRUE(format) << format.error().message;
    const auto time = format->parse(row.text);
    ASSERT_TRUE(time) << time.error().message;
    EXPECT_EQ(to_rfc3339(*time), row.expected);
  }
}

TEST(TimestampFormat, RefusesWhatDoesNotMatch) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"yyyy-MM-dd", "yesterday"},
      {"yyyy-MM-dd", ""},
      {"yyyy-MM-dd", "2026-03-20 08:00:00"},
      {"yyyy-MM-dd", "26-03-20"},
      {"yyyy-MM-dd", "2026-02-30"},
      {"yyyy-MM-dd", "2026-13-01"},
      {"yyyy-MM-dd", "2026-00-01"},
      {"yyyy-MM-dd", "2026-257-01"},
      {"yyyy-MM-dd", "2026-03-00"},
      {"yyyy-MM-dd", "0000-03-01"},
      {"yyyy-MM-dd", "12026-03-01"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20T08:15:30"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20 24:00:00"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20 08:60:00"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20 08:00:60"},
      {"yyyy-MM-dd HH:mm:ss", "2026-03-20 08:00:00.5"},
      {"yyyy-MM-dd hh:mm a", "2026-03-20 13:00 PM"},
      {"yyyy-MM-dd hh:mm a", "2026-03-20 00:00 AM"},
      {"yyyy-MM-dd hh:mm a", "2026-03-20 10:00 XM"},
      {"yyyyMMdd", "2026320"},
      {"yyyyDDD", "2025366"},
      {"dd MMM yyyy", "20 Foo 2026"},
      {"yyyy-MM-dd X", "2026-03-20 CET"},
      {"yyyy-MM-dd X", "2026-03-20 +25:00"},
      {"UNIX", "soon"},
      {"UNIX", "1e9"},
      {"UNIX", "1773993600s"},
      {"UNIX", "99999999999999999999"},
      {"UNIX_SECONDS", "253402300800"},
      {"RFC3339", "2026-03-20"},
  };
  for (const auto& [pattern, text] : table) {
    SCOPED_TRACE(pattern + " of " + text);
    const auto format = TimestampFormat::compile(pattern, {});
    ASSERT_TRUE(format) << format.error().message;
    const auto time = format->parse(text);
    ASSERT_FALSE(time) << to_rfc3339(*time);
    EXPECT_EQ(time.error().message, "'" + text + "' does not match " + pattern);
  }
}

TEST(TimestampFormat, SaysWhatIsWrongWithAPattern) {
  const std::vector<std::pair<std::string, std::string>> table{
      {"yyyy-MM-dd hh:mm:ss",
       "'yyyy-MM-dd hh:mm:ss' has a 12-hour hour without 'a' for AM or PM; add it, or write HH"},
      {"yyyy-MM-ddTHH:mm",
       "'T' in 'yyyy-MM-ddTHH:mm' is not a pattern letter; put plain text between single quotes"},
      {"yyyy-MM-dd'T", "a single quote in 'yyyy-MM-dd'T' is not closed by another"},
      {"HH:mm",
       "'HH:mm' has no year; write a pattern such as 'yyyy-MM-dd HH:mm:ss', or UNIX, UNIX_SECONDS, "
       "UNIX_MS or RFC3339"},
      {"",
       "'' has no year; write a pattern such as 'yyyy-MM-dd HH:mm:ss', or UNIX, UNIX_SECONDS, "
       "UNIX_MS or RFC3339"},
  };
  for (const auto& [pattern, message] : table) {
    const auto format = TimestampFormat::compile(pattern, {});
    ASSERT_FALSE(format) << pattern;
    EXPECT_EQ(format.error().message, message);
    EXPECT_EQ(format.error().code, ErrorCode::invalid_input);
  }
}

TEST(TimeZoneDatabase, KnowsDaylightSavingBeyondTheListedYears) {
  const auto zone = load_time_zone("America/New_York");
  ASSERT_TRUE(zone);
  const auto offset = [&](const char* time) { return zone->offset_at(*parse_rfc3339(time)); };
  EXPECT_EQ(offset("1985-07-01T00:00:00Z"), std::chrono::hours(-4));
  EXPECT_EQ(offset("2026-01-01T00:00:00Z"), std::chrono::hours(-5));
  EXPECT_EQ(offset("2026-07-01T00:00:00Z"), std::chrono::hours(-4));
  EXPECT_EQ(offset("2060-07-01T00:00:00Z"), std::chrono::hours(-4));
  EXPECT_EQ(offset("2099-07-01T00:00:00Z"), std::chrono::hours(-4));
  EXPECT_EQ(offset("2099-12-01T00:00:00Z"), std::chrono::hours(-5));
  // The second Sunday of March.
  EXPECT_EQ(offset("2060-03-14T06:59:59Z"), std::chrono::hours(-5));
  EXPECT_EQ(offset("2060-03-14T07:00:00Z"), std::chrono::hours(-4));
}

TEST(TimeZoneDatabase, KnowsZonesWithoutDaylightSavingAndRefusesUnknownOnes) {
  ASSERT_TRUE(load_time_zone("Asia/Kolkata"));
  EXPECT_EQ(load_time_zone("Asia/Kolkata")->offset_at(TimePoint{}), std::chrono::minutes(330));
  EXPECT_TRUE(load_time_zone("Atlantic/St_Helena"));
  EXPECT_EQ(load_time_zone("UTC")->name(), "UTC");
  for (const char* name : {"Mars/Base", "", "../UTC", "utc+1"}) {
    const auto zone = load_time_zone(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().message, "'" + std::string(name) +
                                        "' is not a time zone; use an IANA name such as UTC or "
                                        "Europe/Amsterdam");
  }
}

}  // namespace
}  // namespace bellwether::ingest
