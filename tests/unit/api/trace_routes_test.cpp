#include <gtest/gtest.h>

#include "api_house.hpp"
#include "stored_history.hpp"

namespace bellwether::api {
namespace {

constexpr const char* group_id = "00000000-0000-5000-8000-000000000001";
const std::string anomaly = "/api/v1/anomalies/" + std::string(group_id);

/// A group of views in NL, and four alerts with different things to say of it.
class TraceRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    house.add_detector();
    house.add_sink("ops");
    for (const char* alert :
         {R"({"name":"told","detector":"shop","sinks":["ops"]})",
          R"({"name":"elsewhere","detector":"shop","sinks":["ops"],)"
          R"("filters":{"dimensions":{"country":["BE","LU"]}}})",
          R"({"name":"quiet","detector":"shop","sinks":["ops"],"cooldown":"1h"})",
          R"({"name":"young","detector":"shop","sinks":["ops"]})"})
      ASSERT_EQ(house.post("/api/v1/alerts", alert).status, 201);
    StoredHistory history(*house.store);
    history.add_series("NL", "");
    history.commit_hour({StoredHistory::group(group_id, 77)}, {a_notification()}, {a_decision()});
    history.commit_hour();
  }

  static Notification a_notification() {
    Notification notification;
    notification.delivery_id = "d1";
    notification.alert = "told";
    notification.sink = "ops";
    notification.detector = "shop";
    notification.interval = std::chrono::hours(1);
    notification.group = StoredHistory::group(group_id, 77);
    return notification;
  }

  static RoutingDecision a_decision() {
    return {group_id,
            "quiet",
            parse_rfc3339("2026-03-19T01:00:00Z").value(),
            {Gate::cooldown, "the alert has spoken"}};
  }

  void finish_delivery(DeliveryState state, const std::string& error) {
    auto delivery = house.store->outbox().get("d1").value();
    delivery.state = state;
    delivery.attempts = 3;
    delivery.finished_at = parse_rfc3339("2026-03-20T00:00:07Z").value();
    delivery.last_error = error;
    ASSERT_TRUE(house.store->outbox().update(delivery));
  }

  Response trace_of(const std::string& query) {
    return house.get("/api/v1/detectors/shop/trace?measure=views&" + query);
  }

  ApiHouse house;
};

TEST_F(TraceRoutes, SayWhatBecameOfAGroupAtEveryAlert) {
  finish_delivery(DeliveryState::delivered, "");
  const Response response = house.get(anomaly + "/trace");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "anomaly.id"), group_id);

  EXPECT_EQ(at(response, "alerts.0.alert"), "elsewhere");
  EXPECT_EQ(at(response, "alerts.0.outcome"), "stopped");
  EXPECT_EQ(at(response, "alerts.0.gate"), "dimensions");
  EXPECT_EQ(at(response, "alerts.0.words"),
            "It was stopped at dimensions: no anomalous series of these measures has country BE or "
            "LU.");
  EXPECT_EQ(at(response, "alerts.0.last_change.time"), "2026-03-20T00:00:00Z");

  EXPECT_EQ(at(response, "alerts.1.alert"), "quiet");
  EXPECT_EQ(at(response, "alerts.1.outcome"), "held_back");
  EXPECT_EQ(at(response, "alerts.1.words"),
            "It passed the filters and was held back at cooldown from 2026-03-19T01:00:00Z on: the "
            "alert has spoken.");

  EXPECT_EQ(at(response, "alerts.2.alert"), "told");
  EXPECT_EQ(at(response, "alerts.2.outcome"), "sent");
  EXPECT_EQ(at(response, "alerts.2.gate"), "null");
  EXPECT_EQ(at(response, "alerts.2.deliveries.0.id"), "d1");
  EXPECT_EQ(at(response, "alerts.2.words"),
            "It passed, and was told: opened to ops, delivered at 2026-03-20T00:00:07Z after 3 "
            "attempts.");

  EXPECT_EQ(at(response, "alerts.3.outcome"), "not_told");
  EXPECT_EQ(house.get("/api/v1/anomalies/none/trace").status, 404);
}

TEST_F(TraceRoutes, SayHowADeliveryDied) {
  finish_delivery(DeliveryState::dead, "the receiver answered 410: gone");
  const Response response = house.get(anomaly + "/trace");
  EXPECT_EQ(at(response, "alerts.2.outcome"), "failed");
  EXPECT_EQ(at(response, "alerts.2.words"),
            "It passed, but could not be delivered: opened to ops, given up after 3 attempts: the "
            "receiver answered 410: gone.");
}

TEST_F(TraceRoutes, KeepWhatAnAlertThatIsGoneHadSaid) {
  ASSERT_EQ(house.send("DELETE", "/api/v1/alerts/told").status, 204);
  const Response response = house.get(anomaly + "/trace");
  EXPECT_EQ(at(response, "alerts.2.alert"), "told");
  EXPECT_EQ(at(response, "alerts.2.outcome"), "pending");
}

TEST_F(TraceRoutes, FollowAValueFromItsRowsToItsAlerts) {
  const Response response = trace_of("dimension.country=NL&at=2026-03-19T00:59:00Z");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "interval.start"), "2026-03-19T00:00:00Z");
  EXPECT_EQ(at(response, "rows.rows"), "7");
  EXPECT_EQ(at(response, "score.threshold"), "60.0");
  EXPECT_EQ(at(response, "anomaly"), group_id);
  EXPECT_EQ(at(response, "words.0"), "The interval took 7 rows and refused 1.");
  EXPECT_EQ(at(response, "words.1"),
            "Its value was 0 where -1 was expected (-3 to 3): severity 0, which is below the "
            "detector's threshold of 60, so it is no anomaly.");
  EXPECT_EQ(at(response, "words.2"),
            "Anomaly 00000000-0000-5000-8000-000000000001 holds it, of severity 77.");
  EXPECT_EQ(at(response, "words.3").find("Alert elsewhere: It was stopped"), 0U);
}

TEST_F(TraceRoutes, EndWhereAValueWentNoFurther) {
  const Response next_hour = trace_of("dimension.country=NL&at=2026-03-19T01:00:00Z");
  EXPECT_EQ(at(next_hour, "anomaly"), "null");
  EXPECT_EQ(at(next_hour, "alerts"), "[]");
  EXPECT_EQ(at(next_hour, "words.2"), "nothing");
  const Response later = trace_of("dimension.country=NL&at=2026-03-20T00:00:00Z");
  EXPECT_EQ(later.status, 200) << later.body;
  EXPECT_EQ(at(later, "rows"), "null");
  EXPECT_EQ(at(later, "words.0"),
            "The interval is not closed yet, or is forgotten: there is nothing to say of it.");
  EXPECT_EQ(trace_of("dimension.country=BE&at=2026-03-19T00:00:00Z").status, 404);
  EXPECT_EQ(at(trace_of(""), "errors.0.message"), "is missing; give a time within the interval");
}

TEST_F(TraceRoutes, ShowWhoChangedWhat) {
  ASSERT_EQ(house
                .send("PUT", "/api/v1/alerts/quiet",
                      R"({"name":"quiet","detector":"shop","sinks":["ops"],"cooldown":"2h"})")
                .status,
            200);
  ASSERT_EQ(house.send("DELETE", "/api/v1/alerts/quiet").status, 204);
  const Response response = house.get("/api/v1/audit?kind=alert&name=quiet");
  ASSERT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(at(response, "changes.0.before.cooldown"), "2h");
  EXPECT_EQ(at(response, "changes.0.after"), "null");
  EXPECT_EQ(at(response, "changes.1.before.cooldown"), "1h");
  EXPECT_EQ(at(response, "changes.1.after.cooldown"), "2h");
  EXPECT_EQ(at(response, "changes.1.time"), "2026-03-20T00:00:00Z");
  EXPECT_EQ(at(response, "changes.2.before"), "null");
  EXPECT_EQ(at(response, "changes.3"), "nothing");

  const Response first = house.get("/api/v1/audit?kind=alert&name=quiet&limit=2");
  const Response second =
      house.get("/api/v1/audit?kind=alert&name=quiet&cursor=" + at(first, "next_cursor"));
  EXPECT_EQ(at(second, "changes.0.before"), "null");
  EXPECT_EQ(at(second, "next_cursor"), "null");
}

TEST_F(TraceRoutes, AcknowledgeAnAnomaly) {
  const std::string path = anomaly + "/acknowledgement";
  EXPECT_EQ(house.get(path).status, 404);
  const Response made = house.post(path, R"({"comment":"a sale","owner":"sam"})");
  EXPECT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(at(house.get(path), "owner"), "sam");
  EXPECT_EQ(at(house.get(anomaly), "acknowledgement.comment"), "a sale");
  EXPECT_EQ(house.send("DELETE", path).status, 204);
  EXPECT_EQ(house.send("DELETE", path).status, 404);
  EXPECT_EQ(at(house.get(anomaly), "acknowledgement"), "nothing");
  EXPECT_EQ(house.post("/api/v1/anomalies/none/acknowledgement", "{}").status, 404);
  EXPECT_EQ(at(house.post(path, R"({"created_at":"x"})"), "errors.0.field"), "created_at");
}

TEST_F(TraceRoutes, HoldFiltersToTheirLimits) {
  const Response refused =
      house.post("/api/v1/alerts",
                 R"({"name":"wide","detector":"shop","sinks":["ops"],"filters":{"dimensions":)"
                 R"({"country":["a","b","c","d","e","f","g","h","i","j","k"]}}})");
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(at(refused, "errors.0.field"), "filters.dimensions.country");
  EXPECT_EQ(at(refused, "errors.0.message"),
            "lists 11 values; at most 10 are allowed (alert_limits)");
}

TEST_F(TraceRoutes, RefuseASilenceOfAnUnknownAnomalyOrZone) {
  EXPECT_EQ(
      at(house.post("/api/v1/silences", R"({"anomaly":"none","reason":"r"})"), "errors.0.message"),
      "there is no anomaly 'none'");
  EXPECT_EQ(at(house.post("/api/v1/silences",
                          R"({"reason":"r","recurring":{"weekdays":["sat"],"timezone":"Mars"}})"),
               "errors.0.field"),
            "recurring.timezone");
  EXPECT_EQ(house
                .post("/api/v1/silences",
                      R"({"anomaly":")" + std::string(group_id) + R"(","reason":"known"})")
                .status,
            201);
}

}  // namespace
}  // namespace bellwether::api
