#include "bellwether/document/group_documents.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

namespace bellwether::document {
namespace {

TimePoint at_hour(int hour) {
  return TimePoint(std::chrono::days(20532) + std::chrono::hours(hour));
}

AnomalyGroup a_group() {
  AnomalyGroup group;
  group.id = "0b0a7bfe-0000-5000-8000-000000000001";
  group.detector = "ecommerce";
  group.start = at_hour(8);
  group.end = at_hour(9);
  group.severity = 77.3;
  group.primary_measure = "revenue";
  group.measures = {{"revenue", 3, 77.3, {{"marketplace", {{"CA", 61.2, -228.5}}}}}};
  group.root_causes = {{{{"marketplace", "CA"}}, "revenue", 93.1}};
  group.causes = {{"orders", "other-group", 81.8}, {"clicks", "", 3}};
  group.effects = {{"profit", "", 12.5}};
  GroupSeries series;
  series.key = {"revenue", {{"marketplace", "CA"}, {"category", "jewellery"}}};
  series.first = series.peak = at_hour(8);
  series.last = at_hour(9);
  series.value = 12;
  series.expected = 240.5;
  series.lower = 201;
  series.upper = 280;
  series.severity = 81;
  series.deviation = -0.1 - 0.2;
  series.reason = Reason::sustained_shift;
  group.series = {series, series};
  group.series[1].key.dimensions["category"] = "a \"quoted\" {one}";
  group.series_total = 3;
  return group;
}

Node through_json(const Node& node) {
  auto read = parse_json(to_json(node));
  EXPECT_TRUE(read);
  return *read;
}

TEST(GroupDocument, ReadsBackAnEqualGroup) {
  AnomalyGroup group = a_group();
  group.severity = std::nextafter(77.3, 100.0);
  group.series[0].value = std::numeric_limits<double>::denorm_min();
  group.status = GroupStatus::closed;
  const auto back = read_group(through_json(write_group(group, GroupDetail::full)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, group);
}

TEST(GroupDocument, WritesWhatIsNotThereAsNull) {
  AnomalyGroup group = a_group();
  group.series[0].expected = std::nan("");
  const auto back = read_group(through_json(write_group(group, GroupDetail::full)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_TRUE(std::isnan(back->series[0].expected));
  EXPECT_TRUE(read_group(write_group(group, GroupDetail::full)));
}

TEST(GroupDocument, LeavesContributionsAndSeriesOutOfTheSummary) {
  EXPECT_EQ(
      to_json(write_group(a_group(), GroupDetail::summary)),
      R"({"id":"0b0a7bfe-0000-5000-8000-000000000001","detector":"ecommerce",)"
      R"("start":"2026-03-20T08:00:00Z","end":"2026-03-20T09:00:00Z","status":"open",)"
      R"("severity":77.3,"primary_measure":"revenue",)"
      R"("measures":[{"measure":"revenue","series_count":3,"severity":77.3}],)"
      R"("root_causes":[{"dimensions":{"marketplace":"CA"},"measure":"revenue",)"
      R"("explained_percent":93.1}],)"
      R"("causes":[{"measure":"orders","anomaly_id":"other-group","contribution_percent":81.8},)"
      R"({"measure":"clicks","anomaly_id":null,"contribution_percent":3.0}],)"
      R"("effects":[{"measure":"profit","anomaly_id":null,"contribution_percent":12.5}],)"
      R"("series_total":3})");
}

TEST(GroupDocument, NamesEverySeriesByItsId) {
  const AnomalyGroup group = a_group();
  const Node node = write_group_series(group.series[0], group.detector);
  EXPECT_EQ(*node.find("series_id"), Node(series_id("ecommerce", group.series[0].key)));
}

TEST(GroupDocument, SaysWhatIsWrong) {
  const auto back = read_group(*parse_json(R"({"id":"x","measures":[{"measure":5}]})"));
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().code, ErrorCode::invalid_input);
  EXPECT_NE(back.error().message.find("detector: is missing"), std::string::npos);
  EXPECT_NE(back.error().message.find("measures[0].measure: must be text"), std::string::npos);
}

Notification a_notification() {
  Notification notification;
  notification.delivery_id = "d-1";
  notification.alert = "revenue-fashion-us-ca";
  notification.sink = "ops";
  notification.detector = "ecommerce";
  notification.interval = std::chrono::hours(1);
  notification.caused_at = at_hour(9);
  notification.group = a_group();
  return notification;
}

TEST(WebhookBody, IsTheContractsToTheLetter) {
  const Node body =
      write_webhook_body(a_notification(), at_hour(10), "http://host", /*max_series=*/1);
  EXPECT_EQ(
      to_json(body),
      R"({"version":1,"event":"anomaly.opened","delivery_id":"d-1","sent_at":"2026-03-20T10:00:00Z",)"
      R"("alert":{"name":"revenue-fashion-us-ca"},"detector":{"name":"ecommerce","interval":"1h"},)"
      R"("anomaly":{"id":"0b0a7bfe-0000-5000-8000-000000000001","start":"2026-03-20T08:00:00Z",)"
      R"("end":"2026-03-20T09:00:00Z","status":"open","severity":77.3,"primary_measure":"revenue",)"
      R"("measures":[{"measure":"revenue","series_count":3,"contributions":[{"dimension":"marketplace",)"
      R"("values":[{"value":"CA","percent":61.2}]}]}],)"
      R"("root_causes":[{"dimensions":{"marketplace":"CA"},"measure":"revenue","explained_percent":93.1}],)"
      R"("causes":[{"measure":"orders","anomaly_id":"other-group","contribution_percent":81.8},)"
      R"({"measure":"clicks","anomaly_id":null,"contribution_percent":3.0}],)"
      R"("effects":[{"measure":"profit","anomaly_id":null,"contribution_percent":12.5}],)"
      R"("series":[{"measure":"revenue","dimensions":{"category":"jewellery","marketplace":"CA"},)"
      R"("value":12.0,"expected":240.5,"lower":201.0,"upper":280.0,"severity":81.0}],"series_total":3},)"
      R"("links":{"anomaly":"http://host/anomalies/0b0a7bfe-0000-5000-8000-000000000001"}})");
}

TEST(WebhookBody, MarksATest) {
  Notification notification = a_notification();
  EXPECT_EQ(write_webhook_body(notification, {}, "", 5).find("test"), nullptr);
  notification.is_test = true;
  EXPECT_EQ(*write_webhook_body(notification, {}, "", 5).find("test"), Node(true));
}

TEST(DeliveryDocument, ReadsBackWhatItWrote) {
  Delivery delivery;
  delivery.notification = a_notification();
  delivery.created_at = at_hour(9);
  delivery.next_attempt_at = at_hour(10);
  auto back = read_delivery(through_json(write_delivery(delivery)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, delivery);

  delivery.notification.is_test = true;
  delivery.notification.event = GroupEvent::escalated;
  delivery.state = DeliveryState::dead;
  delivery.attempts = 4'000'000'000U;
  delivery.finished_at = at_hour(11);
  delivery.last_error = "answered 404";
  back = read_delivery(through_json(write_delivery(delivery)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, delivery);
}

TEST(FeedbackDocument, ReadsBackWhatItWrote) {
  Feedback feedback;
  feedback.anomaly_id = "g";
  feedback.id = "f";
  feedback.series_id = "s";
  feedback.scope = FeedbackScope::descendants;
  feedback.is_anomaly = false;
  feedback.comment = "planned sale";
  feedback.author = "ops";
  feedback.created_at = at_hour(1);
  feedback.expires_at = at_hour(9);
  feedback.undone_at = at_hour(2);
  feedback.undone_by = "eve";
  const auto back = read_feedback(through_json(write_feedback(feedback)));
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*back, feedback);
}

TEST(FeedbackDocument, ReachesTheSeriesItNamesOrElseTheGroup) {
  const auto read = [](const char* text) { return read_feedback(*parse_json(text)); };
  EXPECT_EQ(read(R"({"is_anomaly":true})")->scope, FeedbackScope::group);
  EXPECT_EQ(read(R"({"is_anomaly":true,"series_id":"s"})")->scope, FeedbackScope::series);
  EXPECT_EQ(read(R"({"is_anomaly":true,"series_id":"s","scope":"descendants"})")->scope,
            FeedbackScope::descendants);
  EXPECT_EQ(read(R"({"is_anomaly":true,"series_id":"s","scope":"group"})").error().message,
            "scope: 'group' means all series; leave out series_id");
  EXPECT_EQ(read(R"({"is_anomaly":true,"scope":"descendants"})").error().message,
            "series_id: is missing; scope 'descendants' begins with a series");
  EXPECT_EQ(read(R"({"is_anomaly":true,"scope":"all"})").error().message,
            "scope: 'all' is not known; use series, descendants or group");
}

TEST(FeedbackDocument, ShowsWhatItDoes) {
  Feedback feedback;
  feedback.is_anomaly = false;
  EXPECT_EQ(to_json(write_feedback_effect(feedback, {})),
            R"({"state":"pending","from":null,"to":null,"series":0,"evidence_offset":-0.4,)"
            R"("half_life_days":90,"learning":"known_as_normal"})");
  feedback.is_anomaly = true;
  feedback.effect = {.from = at_hour(8), .to = at_hour(9), .series = 3};
  EXPECT_EQ(to_json(write_feedback_effect(feedback, at_hour(9))),
            R"({"state":"expired","from":"2026-03-20T08:00:00Z","to":"2026-03-20T09:00:00Z",)"
            R"("series":3,"evidence_offset":0.2,"half_life_days":90,"learning":"left_out"})");
}

TEST(FeedbackDocument, WantsNoMoreThanTheVerdict) {
  EXPECT_TRUE(read_feedback(*parse_json(R"({"is_anomaly":true,"series_id":null})")));
  EXPECT_EQ(read_feedback(*parse_json(R"({"is_anomoly":true})")).error().message,
            "is_anomoly: unknown key 'is_anomoly'; did you mean 'is_anomaly'?");
}

TEST(StatusDocument, ReadsBackWhatItWrote) {
  DetectorStatus status;
  status.state = DetectorState::backtest_active;
  status.intervals = 7;
  status.series = 11;
  status.changed_at = at_hour(2);
  EXPECT_EQ(*read_status(through_json(write_status(status))), status);
  status.failure = "no such file";
  status.last_interval = at_hour(1);
  status.source = SourceHealth::silent;
  status.source_since = at_hour(0);
  EXPECT_EQ(*read_status(through_json(write_status(status))), status);
}

TEST(QualityDocument, ShowsReasonsThatOccurred) {
  IntervalQuality quality;
  quality.start = at_hour(8);
  quality.rows = 10;
  quality.late_merged = 4;
  quality.revision = 1;
  quality.late_rows = 2;
  quality.rejected.add(RowFault::late, 3, "too late");
  EXPECT_EQ(to_json(write_quality(quality)),
            R"({"start":"2026-03-20T08:00:00Z","rows":10,"filtered":0,"missing_values":0,)"
            R"("series_present":0,"series_missing":0,"series_new":0,"late_merged":4,"revision":1,)"
            R"("late_rows":2,"source":"healthy",)"
            R"("rejected":{"total":1,)"
            R"("reasons":{"late":1},"samples":[{"reason":"late","row":3,"message":"too late"}]}})");
}

}  // namespace
}  // namespace bellwether::document
