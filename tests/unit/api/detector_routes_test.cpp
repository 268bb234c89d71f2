#include <gtest/gtest.h>

#include "api_house.hpp"
#include "stored_history.hpp"

namespace bellwether::api {
namespace {

TEST(DetectorRoutes, CreateShowAndList) {
  ApiHouse house;

  const Response created = house.post("/api/v1/detectors", ApiHouse::detector_text("shop"));
  EXPECT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(created.headers.at("location"), "/api/v1/detectors/shop");
  EXPECT_EQ(at(created, "status.state"), "activating");
  EXPECT_EQ(at(created, "provisioned"), "false");
  const Response shown = house.get("/api/v1/detectors/shop");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.body, created.body);
  EXPECT_EQ(shown.headers.at("etag"), created.headers.at("etag"));
  const Response listed = house.get("/api/v1/detectors");
  EXPECT_EQ(at(listed, "detectors.0.name"), "shop");
  EXPECT_EQ(at(listed, "next_cursor"), "null");
}

TEST(DetectorRoutes, CreateNoSecondOfTheSameName) {
  ApiHouse house;
  house.add_detector();

  const Response again = house.post("/api/v1/detectors", ApiHouse::detector_text("shop"));

  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(at(again, "detail"), "there is a detector 'shop' already");
}

TEST(DetectorRoutes, CreateNoMoreThanThereMayBe) {
  ApiHouse house(ApiSettings{.max_detectors = 1});
  house.add_detector();

  const Response refused = house.post("/api/v1/detectors", ApiHouse::detector_text("other"));

  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(at(refused, "detail"),
            "there are 1 detectors already, and there may be 1; delete one, or raise "
            "server.max_detectors");
}

TEST(DetectorRoutes, SayEverythingThatIsWrongWithASpec) {
  ApiHouse house;

  const Response response = house.post(
      "/api/v1/detectors",
      R"({"name":"a b","interval":"7h","measures":[{"column":"x","agregate":"sum"}],)"
      R"("timestamp":{"format":"yyyy-QQ","timezone":"Mars/Base"},"source":{"http":{}}})");

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(at(response, "detail"), "the detector is not valid");
  for (const char* field :
       {"name", "interval", "measures[0].agregate", "timestamp.format", "timestamp.timezone"})
    EXPECT_NE(response.body.find("\"field\":\"" + std::string(field) + "\""), std::string::npos)
        << field << response.body;
}

TEST(DetectorRoutes, SayWhereABodyIsNoJson) {
  ApiHouse house;

  const Response response = house.post("/api/v1/detectors", "{\"name\": }");

  EXPECT_EQ(response.status, 400);
  EXPECT_TRUE(at(response, "detail").starts_with("the body is no JSON: line 1, column "))
      << response.body;
  EXPECT_EQ(at(house.post("/api/v1/detectors", "[]"), "detail"), "the body must be a JSON object");
}

TEST(DetectorRoutes, RefuseToWaitForRowsLongerThanValuesAreKept) {
  ApiHouse house;
  house.add_detector();
  const auto status_with = [&](const std::string& window, std::string_view told) {
    std::string body = house.get("/api/v1/detectors/shop").body;
    const std::string before = R"("late_window":"0s")";
    body.replace(body.find(before), before.size(), R"("late_window":")" + window + "\"");
    const Response response = house.send("PUT", "/api/v1/detectors/shop", body);
    EXPECT_NE(response.body.find(told), std::string::npos) << response.body;
    return response.status;
  };
  EXPECT_EQ(status_with("401d", "must not be longer than store.retention, 400d"), 400);
  EXPECT_EQ(status_with("400d", R"("late_window":"400d")"), 200);
}

TEST(DetectorRoutes, TakeBackWhatTheyShow) {
  ApiHouse house;
  house.add_detector();
  const Response shown = house.get("/api/v1/detectors/shop");

  const Response replaced = house.send("PUT", "/api/v1/detectors/shop", shown.body,
                                       {{"if-match", shown.headers.at("etag")}});

  EXPECT_EQ(replaced.status, 200) << replaced.body;
  EXPECT_NE(replaced.headers.at("etag"), shown.headers.at("etag"));
}

TEST(DetectorRoutes, ReplaceNothingThatWasChangedMeanwhile) {
  ApiHouse house;
  house.add_detector();
  const Response shown = house.get("/api/v1/detectors/shop");
  ASSERT_EQ(house.send("PUT", "/api/v1/detectors/shop", shown.body).status, 200);

  const Response late = house.send("PUT", "/api/v1/detectors/shop", shown.body,
                                   {{"if-match", shown.headers.at("etag")}});

  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(house.send("PUT", "/api/v1/detectors/shop", shown.body, {{"if-match", "x"}}).status,
            400);
}

TEST(DetectorRoutes, ReplaceUnderTheSameNameAlone) {
  ApiHouse house;
  house.add_detector();

  const Response response =
      house.send("PUT", "/api/v1/detectors/shop", ApiHouse::detector_text("other"));

  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(at(response, "errors.0.message"), "must be 'shop', as in the path");
  EXPECT_EQ(house.send("PUT", "/api/v1/detectors/none", ApiHouse::detector_text("none")).status,
            404);
}

TEST(DetectorRoutes, ForgetStoredDataOnlyWhenTold) {
  ApiHouse house;
  house.add_detector();
  StoredHistory history(*house.store);
  history.add_series("NL", "");
  history.commit_hour();
  std::string changed = ApiHouse::detector_text("shop");
  changed.replace(changed.find("1h"), 2, "5m");

  const Response refused = house.send("PUT", "/api/v1/detectors/shop", changed);
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(at(refused, "detail").find("say forget=true to lose it"), std::string::npos);
  EXPECT_EQ(house.send("PUT", "/api/v1/detectors/shop?forget=true", changed).status, 200);
}

TEST(DetectorRoutes, GiveOrdersThatTheCatalogKeeps) {
  ApiHouse house;
  house.add_detector();
  house.say_status("shop", "learning");

  const Response stopped = house.post("/api/v1/detectors/shop/deactivate");
  EXPECT_EQ(stopped.status, 202);
  EXPECT_EQ(at(stopped, "status.state"), "deactivating");
  EXPECT_EQ(house.store->catalog().get(store::CatalogKind::desired_state, "shop")->document,
            "inactive");
  house.say_status("shop", "deactivated");
  EXPECT_EQ(at(house.post("/api/v1/detectors/shop/backtest"), "status.state"),
            "backtest_activating");
  EXPECT_EQ(at(house.get("/api/v1/detectors/shop"), "status.state"), "backtest_activating");
}

TEST(DetectorRoutes, AnOrderGivenAgainIsANewOne) {
  ApiHouse house;
  house.add_detector();
  const auto order = [&] {
    house.say_status("shop", "failed");
    EXPECT_EQ(house.post("/api/v1/detectors/shop/activate").status, 202);
    return house.store->catalog().get(store::CatalogKind::desired_state, "shop")->revision;
  };
  const auto first = order();
  EXPECT_GT(order(), first);
}

TEST(DetectorRoutes, RefuseOrdersThatMakeNoSense) {
  ApiHouse house;
  house.add_detector();
  house.say_status("shop", "active");

  const Response response = house.post("/api/v1/detectors/shop/activate");

  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(at(response, "detail"),
            "detector 'shop': only a detector at rest can be activated; it is active now");
}

TEST(DetectorRoutes, DeleteWithTheAlertsOnIt) {
  ApiHouse house;
  house.add_detector();
  house.add_sink("ops");
  ASSERT_EQ(
      house.post("/api/v1/alerts", R"({"name":"a","detector":"shop","sinks":["ops"]})").status,
      201);

  const Response deleted = house.send("DELETE", "/api/v1/detectors/shop");

  EXPECT_EQ(deleted.status, 202);
  EXPECT_EQ(at(deleted, "status.state"), "deleting");
  EXPECT_EQ(house.get("/api/v1/alerts/a").status, 404);
  EXPECT_EQ(house.post("/api/v1/detectors/shop/activate").status, 409);
  EXPECT_EQ(house.send("DELETE", "/api/v1/detectors/shop").status, 409);
  EXPECT_EQ(house.post("/api/v1/detectors", ApiHouse::detector_text("shop")).status, 409);
  EXPECT_EQ(house.send("PUT", "/api/v1/detectors/shop", ApiHouse::detector_text("shop")).status,
            409);
}

TEST(DetectorRoutes, LeaveProvisionedOnesAlone) {
  ApiHouse house;
  house.store->catalog()
      .put(store::CatalogKind::detector, "shop", ApiHouse::detector_text("shop"), true)
      .value();

  EXPECT_EQ(at(house.get("/api/v1/detectors/shop"), "provisioned"), "true");
  const Response changed =
      house.send("PUT", "/api/v1/detectors/shop", ApiHouse::detector_text("shop"));
  EXPECT_EQ(changed.status, 409);
  EXPECT_EQ(at(changed, "detail"),
            "detector 'shop' is provisioned by the configuration file; change it there");
  EXPECT_EQ(house.send("DELETE", "/api/v1/detectors/shop").status, 409);
  EXPECT_EQ(house.post("/api/v1/detectors/shop/deactivate").status, 202);
}

TEST(DetectorRoutes, ListPageByPage) {
  ApiHouse house;
  for (const char* name : {"a", "b", "c"}) house.add_detector(name);

  const Response first = house.get("/api/v1/detectors?limit=2");
  EXPECT_EQ(at(first, "detectors.1.name"), "b");
  EXPECT_EQ(at(first, "detectors.2.name"), "nothing");
  const Response second = house.get("/api/v1/detectors?limit=2&cursor=" + at(first, "next_cursor"));
  EXPECT_EQ(at(second, "detectors.0.name"), "c");
  EXPECT_EQ(at(second, "next_cursor"), "null");
}

}  // namespace
}  // namespace bellwether::api
