#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "api_house.hpp"
#include "stored_history.hpp"

namespace bellwether::api {
namespace {

class SeriesRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    house.add_detector();
    history.add_series("", "");
    history.add_series("NL", "");
    history.add_series("NL", "tv");
    history.add_series("BE", "tv");
    history.commit_hour();
    history.commit_hour();
  }

  Response get(const std::string& rest) { return house.get("/api/v1/detectors/shop/" + rest); }

  static std::size_t count(const Response& response, const std::string& member) {
    return json_of(response).find(member)->as<document::Node::List>()->size();
  }

  ApiHouse house;
  StoredHistory history{*house.store};
};

TEST_F(SeriesRoutes, ListEveryMeasureOfEveryCombination) {
  const Response response = get("series");

  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(count(response, "series"), 8U);
  EXPECT_EQ(at(response, "series.0.measure"), "views");
  EXPECT_EQ(at(response, "series.0.dimensions"), "{}");
  EXPECT_EQ(at(response, "series.5.measure"), "revenue");
  EXPECT_EQ(at(response, "series.5.dimensions"), R"({"country":"NL","device":"tv"})");
  EXPECT_EQ(at(response, "series.5.series_id"),
            series_id("shop", {"revenue", {{"country", "NL"}, {"device", "tv"}}}));
}

TEST_F(SeriesRoutes, FindByMeasureAndDimensions) {
  EXPECT_EQ(count(get("series?measure=views"), "series"), 4U);
  EXPECT_EQ(count(get("series?measure=views&dimension.country=NL"), "series"), 2U);
  EXPECT_EQ(count(get("series?measure=views&dimension.device=*"), "series"), 2U);
  EXPECT_EQ(count(get("series?measure=views&dimension.country=NL&dimension.device=*"), "series"),
            1U);
  EXPECT_EQ(count(get("series?dimension.country=DE"), "series"), 0U);
}

TEST_F(SeriesRoutes, SayWhichMeasuresAndDimensionsThereAre) {
  EXPECT_EQ(at(get("series?measure=clicks"), "detail"),
            "detector 'shop' has no measure 'clicks'; it has views, revenue");
  EXPECT_EQ(at(get("points?measure=views&dimension.city=x"), "detail"),
            "detector 'shop' has no dimension 'city'; it has country, device");
  EXPECT_EQ(get("series?measure=clicks").status, 400);
}

TEST_F(SeriesRoutes, PageThroughAllSeriesOnce) {
  std::vector<std::string> ids;
  std::string cursor;
  for (int pages = 0; pages < 10; ++pages) {
    const Response page = get("series?limit=3" + cursor);
    for (std::size_t i = 0; i < count(page, "series"); ++i)
      ids.push_back(at(page, "series." + std::to_string(i) + ".series_id"));
    if (at(page, "next_cursor") == "null") break;
    cursor = "&cursor=" + at(page, "next_cursor");
  }
  EXPECT_EQ(ids.size(), 8U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 8U);
  EXPECT_EQ(get("series?cursor=elsewhere").status, 400);
}

TEST_F(SeriesRoutes, NoticeSeriesOfANewInterval) {
  ASSERT_EQ(count(get("series?measure=views"), "series"), 4U);

  history.add_series("DE", "tv");
  history.commit_hour();

  EXPECT_EQ(count(get("series?measure=views"), "series"), 5U);
}

TEST_F(SeriesRoutes, GivePointsColumnByColumn) {
  const Response response = get("points?measure=revenue&dimension.country=NL");

  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "timestamps"), R"(["2026-03-19T00:00:00Z","2026-03-19T01:00:00Z"])");
  EXPECT_EQ(at(response, "values"), "[110,111]");
  EXPECT_EQ(at(response, "expected"), "[109,110]");
  EXPECT_EQ(at(response, "lower"), "[107,108]");
  EXPECT_EQ(at(response, "upper"), "[113,114]");
  EXPECT_EQ(at(response, "severity"), "[55,55.5]");
  EXPECT_EQ(at(response, "revisions"), "[0,0]");
  EXPECT_EQ(at(response, "to"), "2026-03-19T02:00:00Z");
  EXPECT_EQ(at(response, "from"), "2026-02-19T02:00:00Z");
}

TEST_F(SeriesRoutes, GivePointsOfAStretch) {
  const Response response =
      get("points?measure=views&from=2026-03-19T00:30:00Z&to=2026-03-19T01:00:01Z");

  EXPECT_EQ(at(response, "timestamps"), R"(["2026-03-19T01:00:00Z"])");
  EXPECT_EQ(
      at(get("points?measure=views&from=2026-03-19T02:00:00Z&to=2026-03-19T01:00:00Z"), "detail"),
      "'to' must be later than 'from'");
  EXPECT_EQ(get("points?measure=views&from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z").status,
            400);
}

TEST_F(SeriesRoutes, ReserveWhatPointsTakeBeforeTheyAreRead) {
  const auto others = house.memory.reserve(house.memory.bytes() - 100'000);
  const std::string begin = "points?measure=views&from=2026-03-01T00:00:00Z&to=";

  const Response refused = get(begin + "2026-04-20T00:00:00Z");  // 1200 intervals.

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_NE(at(refused, "detail").find("server.memory"), std::string::npos) << refused.body;
  const std::size_t used = house.memory.used_bytes();
  {
    const Response taken = get(begin + "2026-03-20T00:00:00Z");
    EXPECT_EQ(taken.status, 200) << taken.body;
    EXPECT_EQ(house.memory.used_bytes(), used + taken.body.size());
  }
  EXPECT_EQ(house.memory.used_bytes(), used);
}

TEST_F(SeriesRoutes, SayWhichSeriesIsMissing) {
  EXPECT_EQ(at(get("points"), "errors.0.field"), "measure");
  const Response response = get("points?measure=views&dimension.country=DE");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(at(response, "detail"), "there is no series views{country=DE}");
  EXPECT_EQ(get("points?measure=views&dimension.device=tv").status, 404);
}

TEST_F(SeriesRoutes, AnswerBeforeThereIsAnyData) {
  house.add_detector("fresh");

  EXPECT_EQ(at(house.get("/api/v1/detectors/fresh/series"), "series"), "[]");
  EXPECT_EQ(at(house.get("/api/v1/detectors/fresh/quality"), "intervals"), "[]");
  EXPECT_EQ(house.get("/api/v1/detectors/fresh/points?measure=views").status, 404);
}

TEST_F(SeriesRoutes, ShowQualityNewestFirst) {
  const Response first = get("quality?limit=1");
  EXPECT_EQ(at(first, "intervals.0.start"), "2026-03-19T01:00:00Z") << first.body;
  EXPECT_EQ(at(first, "intervals.0.rows"), "7");
  EXPECT_EQ(at(first, "intervals.0.rejected.reasons.bad_timestamp"), "1");
  EXPECT_EQ(count(first, "intervals"), 1U);
  const Response second = get("quality?limit=1&cursor=" + at(first, "next_cursor"));
  EXPECT_EQ(at(second, "intervals.0.start"), "2026-03-19T00:00:00Z");
  EXPECT_EQ(at(second, "next_cursor"), "null");
}

}  // namespace
}  // namespace bellwether::api
