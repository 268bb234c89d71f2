#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

#include "api_house.hpp"
#include "stored_history.hpp"

namespace bellwether::api {
namespace {

constexpr const char* first_id = "00000000-0000-5000-8000-000000000001";
constexpr const char* second_id = "00000000-0000-5000-8000-000000000002";

class AnomalyRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    house.add_detector();
    StoredHistory history(*house.store);
    history.add_series("NL", "");
    history.commit_hour({StoredHistory::group(first_id, 77), StoredHistory::group(second_id, 55)});
  }

  Response get(const std::string& rest) { return house.get("/api/v1/anomalies" + rest); }
  std::size_t found(const std::string& query) {
    return json_of(get(query)).find("anomalies")->as<document::Node::List>()->size();
  }

  static std::string series_of_group() { return series_id("shop", {"views", {{"country", "NL"}}}); }

  ApiHouse house;
};

TEST_F(AnomalyRoutes, ListGroupsInOutline) {
  const Response response = get("");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(found(""), 2U);
  EXPECT_EQ(at(response, "anomalies.0.primary_measure"), "views");
  EXPECT_EQ(at(response, "anomalies.0.series"), "nothing");
  EXPECT_EQ(at(response, "next_cursor"), "null");
}

TEST_F(AnomalyRoutes, FilterGroups) {
  EXPECT_EQ(found("?detector=shop"), 2U);
  EXPECT_EQ(found("?detector=other"), 0U);
  EXPECT_EQ(found("?min_severity=60"), 1U);
  EXPECT_EQ(found("?measure=revenue"), 0U);
  EXPECT_EQ(found("?dimension.country=NL"), 2U);
  EXPECT_EQ(found("?dimension.country=BE"), 0U);
  EXPECT_EQ(found("?status=closed"), 0U);
  EXPECT_EQ(found("?from=2026-03-19T01:00:00Z"), 0U);
  EXPECT_EQ(found("?to=2026-03-19T00:00:00Z"), 0U);
}

TEST_F(AnomalyRoutes, PageThroughGroups) {
  const Response first = get("?limit=1");
  const Response second = get("?limit=1&cursor=" + at(first, "next_cursor"));

  EXPECT_NE(at(first, "anomalies.0.id"), at(second, "anomalies.0.id"));
  EXPECT_EQ(at(second, "next_cursor"), "null");
  EXPECT_EQ(get("?cursor=elsewhere").status, 400);
}

TEST_F(AnomalyRoutes, ShowOneGroupExplained) {
  const Response response = get(std::string("/") + first_id);

  EXPECT_EQ(at(response, "severity"), "77.0") << response.body;
  EXPECT_EQ(at(response, "measures.0.contributions.0.values.0.value"), "NL");
  EXPECT_EQ(at(response, "root_causes.0.explained_percent"), "93.5");
  EXPECT_EQ(at(response, "series.0.expected"), "100.0");
  EXPECT_EQ(at(get("/none"), "detail"), "there is no anomaly 'none'");
  EXPECT_EQ(get("/none").status, 404);
}

TEST_F(AnomalyRoutes, ShowItsSeries) {
  const Response response = get(std::string("/") + first_id + "/series");

  EXPECT_EQ(at(response, "series.0.series_id"), series_of_group());
  EXPECT_EQ(at(response, "series.0.upper"), "110.0");
  EXPECT_EQ(at(response, "series_total"), "1");
}

TEST_F(AnomalyRoutes, KeepFeedbackWithItsAuthor) {
  const std::string path = "/api/v1/anomalies/" + std::string(first_id) + "/feedback";

  const Response given = house.post(path, R"({"is_anomaly":false,"comment":"a holiday"})");
  EXPECT_EQ(given.status, 201) << given.body;
  EXPECT_EQ(at(given, "author"), "local");
  EXPECT_EQ(at(given, "created_at"), "2026-03-20T00:00:00Z");
  const Response of_series =
      house.post(path, R"({"is_anomaly":true,"series_id":")" + series_of_group() + R"("})");
  EXPECT_EQ(of_series.status, 201) << of_series.body;
  const Response listed = house.get(path);
  EXPECT_EQ(at(listed, "feedback.0.comment"), "a holiday");
  EXPECT_EQ(at(listed, "feedback.1.series_id"), series_of_group());
}

TEST_F(AnomalyRoutes, ShowWhatFeedbackDoes) {
  const std::string path = "/api/v1/anomalies/" + std::string(first_id) + "/feedback";
  const Response given =
      house.post(path, R"({"is_anomaly":false,"series_id":")" + series_of_group() +
                           R"(","scope":"descendants","expires_at":"2026-06-01T00:00:00Z"})");

  EXPECT_EQ(given.status, 201) << given.body;
  EXPECT_EQ(at(given, "scope"), "descendants");
  EXPECT_EQ(at(given, "expires_at"), "2026-06-01T00:00:00Z");
  EXPECT_EQ(at(given, "effect.state"), "pending");
  EXPECT_EQ(at(given, "effect.from"), "null");
  EXPECT_EQ(at(given, "effect.evidence_offset"), "-0.4");
}

TEST_F(AnomalyRoutes, TakeFeedbackBack) {
  const std::string path = "/api/v1/anomalies/" + std::string(first_id) + "/feedback";
  const std::string one = path + "/" + at(house.post(path, R"({"is_anomaly":false})"), "id");

  const Response undone = house.send("DELETE", one);
  EXPECT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(at(undone, "undone_by"), "local");
  EXPECT_EQ(at(undone, "undone_at"), "2026-03-20T00:00:00Z");
  EXPECT_EQ(house.send("DELETE", one).body, undone.body);
  EXPECT_EQ(at(house.get(path), "feedback.0.effect.state"), "undone");
  EXPECT_EQ(house.send("DELETE", path + "/none").status, 404);
}

TEST_F(AnomalyRoutes, RefuseFeedbackThatIsNotValid) {
  const std::string path = "/api/v1/anomalies/" + std::string(first_id) + "/feedback";

  EXPECT_EQ(house.post(path, "{}").status, 400);
  EXPECT_EQ(house.post(path, R"({"is_anomaly":"no"})").status, 400);
  EXPECT_EQ(at(house.post(path, R"({"is_anomaly":true,"author":"me"})"), "errors.0.message"),
            "is set by the server");
  EXPECT_EQ(at(house.post(path, R"({"is_anomaly":true,"series_id":"x"})"), "errors.0.message"),
            "is none of this anomaly's series");
  EXPECT_EQ(at(house.post(path, R"({"is_anomaly":true,"expires_at":"2026-03-19T00:00:00Z"})"),
               "errors.0.message"),
            "must be later than the anomaly's end, 2026-03-19T00:00:00Z, or it would never count");
  EXPECT_EQ(house.post(path, R"({"is_anomaly":true,"scope":"series"})").status, 400);
  EXPECT_EQ(house.post("/api/v1/anomalies/none/feedback", R"({"is_anomaly":true})").status, 404);
}

}  // namespace
}  // namespace bellwether::api
