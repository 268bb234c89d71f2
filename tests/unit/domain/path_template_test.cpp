#include "bellwether/domain/path_template.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

std::string rendered(std::string_view path, std::string_view start, const TimeZone& zone = {}) {
  const auto compiled = PathTemplate::compile(path);
  return compiled ? compiled->render(*parse_rfc3339(start), zone) : compiled.error().message;
}

TEST(PathTemplate, FillsInTheLayoutsOfTheReference) {
  const std::string start = "2021-02-07T08:05:09Z";

  EXPECT_EQ(rendered("ecommerce/live/{{yyyyMMdd}}/{{HHmm}}", start),
            "ecommerce/live/20210207/0805");
  EXPECT_EQ(rendered("continuous/{{yyyy}}/{{MM}}/{{dd}}/", start), "continuous/2021/02/07/");
  EXPECT_EQ(rendered("data/intvl_date={{yyyy-MM-dd}}/intvl_hhmm={{HHmm}}/", start),
            "data/intvl_date=2021-02-07/intvl_hhmm=0805/");
  EXPECT_EQ(rendered("no/keys/", start), "no/keys/");
}

TEST(PathTemplate, CountsLettersAsDigitsAtLeast) {
  const std::string start = "2021-02-07T08:05:09Z";

  EXPECT_EQ(rendered("{{y}} {{yy}} {{yyyyy}} {{M}} {{MMM}} {{MMMM}} {{d}} {{ddd}}", start),
            "2021 21 02021 2 Feb February 7 007");
  EXPECT_EQ(rendered("{{H}} {{m}} {{s}} {{ss}}", start), "8 5 9 09");
}

TEST(PathTemplate, KnowsEveryWayToCountHours) {
  EXPECT_EQ(rendered("{{HH kk KK hh a}}", "2021-02-07T00:00:00Z"), "00 24 00 12 AM");
  EXPECT_EQ(rendered("{{HH kk KK hh a}}", "2021-02-07T12:00:00Z"), "12 12 00 12 PM");
  EXPECT_EQ(rendered("{{HH kk KK hh a}}", "2021-02-07T13:00:00Z"), "13 13 01 01 PM");
}

TEST(PathTemplate, GivesAWeekToTheYearItEndsIn) {
  EXPECT_EQ(rendered("{{YYYY}}", "2021-12-25T12:00:00Z"), "2021");
  EXPECT_EQ(rendered("{{YYYY}}", "2021-12-26T12:00:00Z"), "2022");
  EXPECT_EQ(rendered("{{YYYY}}", "2022-01-01T12:00:00Z"), "2022");
}

TEST(PathTemplate, TellsLocalTime) {
  const TimeZone zone("Test/Behind", std::chrono::hours(-5), {});

  EXPECT_EQ(rendered("{{yyyyMMddHH}}", "2021-03-01T02:00:00Z", zone), "2021022821");
}

TEST(PathTemplate, TakesQuotedTextAsItIs) {
  EXPECT_EQ(rendered("{{yyyy'year'''MM}}", "2021-02-07T00:00:00Z"), "2021year'02");
}

TEST(PathTemplate, NamesWhatIsWrong) {
  const auto message = [](std::string_view path) {
    return PathTemplate::compile(path).error().message;
  };

  EXPECT_EQ(message("x/{{yyyyDD}}"), "'D' in {{yyyyDD}} is no date key; use y Y M d a H k K h m s");
  EXPECT_EQ(message("x/{{yyyy"), "'{{yyyy' has no closing }}");
  EXPECT_EQ(message("x/{{}}"), "{{}} holds no date key, such as {{yyyyMMdd}}");
  EXPECT_EQ(message("x/{{yyyy'a}}"), "{{yyyy'a}} has a quote without its partner");
}

}  // namespace
}  // namespace bellwether
