#include <gtest/gtest.h>

#include "api_house.hpp"

namespace bellwether::api {
namespace {

constexpr const char* spec =
    R"({"name":"drop","detector":"shop","severity":70,"direction":"down",)"
    R"("filters":{"measures":["revenue"],"dimensions":{"country":["NL"]}},"sinks":["ops","chat"]})";

class AlertRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    house.add_detector();
    house.add_sink("ops");
    house.add_sink("chat");
  }

  ApiHouse house;
};

TEST_F(AlertRoutes, CreateShowReplaceAndDelete) {
  const Response created = house.post("/api/v1/alerts", spec);
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.headers.at("location"), "/api/v1/alerts/drop");
  EXPECT_EQ(house.get("/api/v1/alerts/drop").body, created.body);
  EXPECT_EQ(at(house.get("/api/v1/alerts"), "alerts.0.name"), "drop");
  EXPECT_EQ(house.post("/api/v1/alerts", spec).status, 409);

  const Response replaced = house.send("PUT", "/api/v1/alerts/drop", created.body,
                                       {{"if-match", created.headers.at("etag")}});
  EXPECT_EQ(replaced.status, 200) << replaced.body;
  EXPECT_EQ(house
                .send("PUT", "/api/v1/alerts/drop", created.body,
                      {{"if-match", created.headers.at("etag")}})
                .status,
            412);
  EXPECT_EQ(house.send("DELETE", "/api/v1/alerts/drop").status, 204);
  EXPECT_EQ(house.get("/api/v1/alerts/drop").status, 404);
  EXPECT_EQ(house.send("DELETE", "/api/v1/alerts/drop").status, 404);
  EXPECT_EQ(house.send("PUT", "/api/v1/alerts/drop", created.body).status, 404);
}

TEST_F(AlertRoutes, RefuseNamesOfNothing) {
  const Response response =
      house.post("/api/v1/alerts",
                 R"({"name":"a","detector":"shop","sinks":["ops","pager"],)"
                 R"("filters":{"measures":["views","clicks"],"dimensions":{"city":["x"]}}})");

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(at(response, "errors.0.field"), "sinks[1]");
  EXPECT_EQ(at(response, "errors.0.message"),
            "there is no sink 'pager'; sinks are made in the configuration file");
  EXPECT_EQ(at(response, "errors.1.field"), "filters.measures[1]");
  EXPECT_EQ(at(response, "errors.1.message"), "detector 'shop' has no measure 'clicks'");
  EXPECT_EQ(at(response, "errors.2.field"), "filters.dimensions.city");
  const Response no_detector =
      house.post("/api/v1/alerts", R"({"name":"a","detector":"none","sinks":["ops"]})");
  EXPECT_EQ(at(no_detector, "errors.0.message"), "there is no detector 'none'");
}

TEST_F(AlertRoutes, LeaveProvisionedOnesAlone) {
  house.store->catalog().put(store::CatalogKind::alert, "drop", spec, true).value();

  EXPECT_EQ(house.send("DELETE", "/api/v1/alerts/drop").status, 409);
  EXPECT_EQ(house.send("PUT", "/api/v1/alerts/drop", spec).status, 409);
  EXPECT_EQ(at(house.get("/api/v1/alerts/drop"), "provisioned"), "true");
}

TEST_F(AlertRoutes, SendATestThroughEverySink) {
  ASSERT_EQ(house.post("/api/v1/alerts", spec).status, 201);

  const Response response = house.post("/api/v1/alerts/drop/test");

  EXPECT_EQ(response.status, 202) << response.body;
  EXPECT_EQ(at(response, "deliveries.0.sink"), "ops");
  EXPECT_EQ(at(response, "deliveries.1.sink"), "chat");
  const auto delivery = house.store->outbox().get(at(response, "deliveries.0.id"));
  ASSERT_TRUE(delivery);
  EXPECT_TRUE(delivery->notification.is_test);
  EXPECT_EQ(delivery->state, DeliveryState::pending);
  const AnomalyGroup& group = delivery->notification.group;
  EXPECT_EQ(group.primary_measure, "revenue");
  EXPECT_EQ(group.series.at(0).key.dimensions.at("country"), "NL");
  EXPECT_LT(group.series.at(0).value, group.series.at(0).expected);
  EXPECT_EQ(house.post("/api/v1/alerts/none/test").status, 404);
}

TEST_F(AlertRoutes, TakeAFewTestsAMinute) {
  ASSERT_EQ(house.post("/api/v1/alerts", spec).status, 201);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(house.post("/api/v1/alerts/drop/test").status, 202);

  const Response refused = house.post("/api/v1/alerts/drop/test");

  EXPECT_EQ(refused.status, 429);
  EXPECT_GE(std::stoi(refused.headers.at("retry-after")), 10);
  EXPECT_EQ(at(refused, "detail"),
            "an alert may be tested 5 times a minute; try 'drop' again later");
}

TEST_F(AlertRoutes, RefuseLongTexts) {
  auto node = *document::parse_json(spec);
  node.set("description", std::string(4097, 'x'));

  const Response refused = house.post("/api/v1/alerts", document::to_json(node));

  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(at(refused, "errors.0.field"), "description");
  EXPECT_EQ(at(refused, "errors.0.message"), "must have at most 4096 bytes, not 4097");
  node.set("description", std::string(4096, 'x'));
  EXPECT_EQ(house.post("/api/v1/alerts", document::to_json(node)).status, 201);
}

TEST(SilenceRoutes, RefuseLongTexts) {
  ApiHouse house;
  const auto put = [&](const std::string& reason, const std::string& owner) {
    return house.post("/api/v1/silences", R"({"until":"2026-03-21T00:00:00Z","reason":")" + reason +
                                              R"(","owner":")" + owner + R"("})");
  };

  EXPECT_EQ(put(std::string(4096, 'r'), std::string(256, 'o')).status, 201);
  EXPECT_EQ(at(put(std::string(4097, 'r'), "kim"), "errors.0.field"), "reason");
  EXPECT_EQ(at(put("r", std::string(257, 'o')), "errors.0.field"), "owner");
}

TEST(SilenceRoutes, MuteAndLift) {
  ApiHouse house;
  house.add_detector();

  const Response created = house.post(
      "/api/v1/silences",
      R"({"detector":"shop","dimensions":{"country":"NL"},"until":"2026-03-21T00:00:00Z",)"
      R"("reason":"migration"})");
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(at(created, "owner"), "local");
  EXPECT_EQ(at(created, "from"), "2026-03-20T00:00:00Z");
  const std::string id = at(created, "id");
  EXPECT_EQ(at(house.get("/api/v1/silences"), "silences.0.id"), id);
  EXPECT_EQ(house.send("DELETE", "/api/v1/silences/" + id).status, 204);
  EXPECT_EQ(house.send("DELETE", "/api/v1/silences/" + id).status, 404);
}

TEST(SilenceRoutes, RefuseWhatWouldMuteNothing) {
  ApiHouse house;
  house.add_detector();
  const auto problem = [&](const std::string& members, const std::string& path) {
    return at(house.post("/api/v1/silences",
                         R"({"until":"2026-03-21T00:00:00Z","reason":"r")" + members + "}"),
              path);
  };

  EXPECT_EQ(problem(R"(,"alert":"none")", "errors.0.message"), "there is no alert 'none'");
  EXPECT_EQ(problem(R"(,"detector":"none")", "errors.0.message"), "there is no detector 'none'");
  EXPECT_EQ(problem(R"(,"detector":"shop","measure":"x")", "errors.0.field"), "measure");
  EXPECT_EQ(problem(R"(,"detector":"shop","dimensions.x":{"x":"y"})", "errors.0.field"),
            "dimensions.x");
  EXPECT_EQ(problem(R"(,"from":"2026-03-22T00:00:00Z")", "errors.0.field"), "until");
  EXPECT_EQ(problem(R"(,"id":"mine")", "errors.0.message"), "is set by the server");
}

TEST(DeliveryRoutes, ShowTheLedgerAndRedriveTheDead) {
  ApiHouse house;
  house.add_detector();
  house.add_sink("ops");
  house.post("/api/v1/alerts", R"({"name":"a","detector":"shop","sinks":["ops"]})");
  const std::string id = at(house.post("/api/v1/alerts/a/test"), "deliveries.0.id");

  const Response listed = house.get("/api/v1/deliveries?alert=a&state=pending");
  EXPECT_EQ(at(listed, "deliveries.0.id"), id) << listed.body;
  EXPECT_EQ(at(listed, "deliveries.0.anomaly.series"), "nothing");
  EXPECT_EQ(at(house.get("/api/v1/deliveries?alert=b"), "deliveries"), "[]");
  EXPECT_EQ(at(house.get("/api/v1/deliveries/" + id), "anomaly.series_total"), "1");
  EXPECT_EQ(house.post("/api/v1/deliveries/" + id + "/redrive").status, 409);

  auto delivery = house.store->outbox().get(id).value();
  delivery.state = DeliveryState::dead;
  delivery.finished_at = house.clock.now();
  delivery.last_error = "the receiver answered 400";
  ASSERT_TRUE(house.store->outbox().update(delivery));
  EXPECT_EQ(at(house.get("/api/v1/deliveries?state=dead"), "deliveries.0.last_error"),
            "the receiver answered 400");
  const Response redriven = house.post("/api/v1/deliveries/" + id + "/redrive");
  EXPECT_EQ(redriven.status, 202) << redriven.body;
  EXPECT_EQ(at(redriven, "state"), "pending");
  EXPECT_EQ(house.get("/api/v1/deliveries/none").status, 404);
  EXPECT_EQ(house.post("/api/v1/deliveries/none/redrive").status, 404);
}

}  // namespace
}  // namespace bellwether::api
