#include "aws_payload.hpp"

#include <limits>

#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

#include "aws_message.hpp"
#include "batch.hpp"
#include "sample_notification.hpp"

namespace bellwether::sinks {
namespace {

using bellwether::testing::sample_notification;

const AwsNames names{"eu-west-1", "111122223333", "https://bellwether.example"};

document::Node payload_of(const Notification& notification) {
  return document::parse_json(make_aws_payload(notification, names)).value();
}

TEST(AwsPayload, IsWhatTheServiceSent) {
  // Two ids are hashes, which tests of their own are about.
  const std::string group = aws_group_id(sample_notification());
  const auto series = [](std::map<std::string, std::string> dimensions) {
    return aws_series_id("shop-hourly", {"orders", std::move(dimensions)});
  };
  const auto expected = document::parse_json(
      R"({"anomalyDetectorArn":"arn:aws:lookoutmetrics:eu-west-1:111122223333:AnomalyDetector:shop-hourly",
          "anomalyScore":91.2,
          "consoleUrl":"https://bellwether.example/#arn:aws:lookoutmetrics:eu-west-1:111122223333:AnomalyDetector:shop-hourly/anomalies/anomaly/)" +
      group + R"(","anomalyGroupId":")" + group + R"(","alertName":"orders-oncall",
          "alertArn":"arn:aws:lookoutmetrics:eu-west-1:111122223333:Alert:orders-oncall",
          "alertEventId":"arn:aws:lookoutmetrics:eu-west-1:111122223333:Alert:orders-oncall:event/)" +
      group + R"(","alertDescription":null,
          "impactedMetric":{"metricName":"orders","dimensionContribution":[
            {"dimensionName":"channel","dimensionValueContributions":[
              {"dimensionValue":"app","valueContribution":100}]},
            {"dimensionName":"country","dimensionValueContributions":[
              {"dimensionValue":"NL","valueContribution":64},
              {"dimensionValue":"BE","valueContribution":36}]}],
          "relevantTimeSeries":[
            {"timeSeriesId":")" +
      series({{"channel", "app"}, {"country", "NL"}}) + R"(",
             "dimensions":[{"dimensionName":"channel","dimensionValue":"app"},
                           {"dimensionName":"country","dimensionValue":"NL"}],"metricValue":3.0},
            {"timeSeriesId":")" +
      series({{"channel", "app"}, {"country", "BE"}}) + R"(",
             "dimensions":[{"dimensionName":"channel","dimensionValue":"app"},
                           {"dimensionName":"country","dimensionValue":"BE"}],"metricValue":11.25},
            {"timeSeriesId":")" +
      series({{"country", "NL"}}) + R"(",
             "dimensions":[{"dimensionName":"country","dimensionValue":"NL"}],"metricValue":40.0}]},
          "timestamp":"2026-03-02T14:00Z[UTC]"})");

  ASSERT_TRUE(expected) << expected.error().message;
  EXPECT_EQ(document::to_json(payload_of(sample_notification())), document::to_json(*expected));
}

TEST(AwsPayload, TakesThePrimaryMeasureWhereNoneIsNoted) {
  auto notification = sample_notification();
  notification.measure.clear();

  const auto payload = payload_of(notification);
  EXPECT_EQ(*payload.find("anomalyScore")->as<double>(), 94.5);
  const auto& impact = *payload.find("impactedMetric");
  EXPECT_EQ(*impact.find("metricName")->as<std::string>(), "revenue");
  EXPECT_EQ(*impact.find("dimensionContribution"), document::Node(document::Node::List{}));
  EXPECT_EQ(impact.find("relevantTimeSeries")->as<document::Node::List>()->size(), 1U);
}

TEST(AwsPayload, DescribesTheAlertAndMarksASample) {
  auto notification = sample_notification();
  notification.alert_description = "Orders of the shop";
  notification.is_test = true;

  const auto payload = payload_of(notification);
  EXPECT_EQ(*payload.find("alertDescription"), document::Node("Orders of the shop"));
  EXPECT_EQ(*payload.find("test"), document::Node(true));
}

TEST(AwsPayload, KeepsTheTimeWithinTheGroupAfterItsEnd) {
  auto notification = sample_notification();
  notification.event = GroupEvent::closed;
  notification.caused_at += std::chrono::hours(5);
  notification.timezone = "Europe/Amsterdam";

  EXPECT_EQ(*payload_of(notification).find("timestamp"),
            document::Node("2026-03-02T15:00+01:00[Europe/Amsterdam]"));
}

TEST(AwsPayload, GivesANumberForAValueThatIsMissing) {
  auto notification = sample_notification();
  notification.group.series[1].value = std::numeric_limits<double>::quiet_NaN();

  const auto payload = payload_of(notification);
  const auto& series = *payload.find("impactedMetric")->find("relevantTimeSeries");
  EXPECT_EQ(*series.as<document::Node::List>()->front().find("metricValue"), document::Node(0.0));
}

TEST(WholePercents, SumToAHundred) {
  const auto of = [](std::vector<double> percents) {
    std::vector<ValueContribution> values;
    for (const double percent : percents) values.push_back({"v", percent, 0});
    return whole_percents(values);
  };

  EXPECT_EQ(of({33.34, 33.33, 33.33}), (std::vector{34, 33, 33}));
  EXPECT_EQ(of({33.3, 33.3, 33.4}), (std::vector{33, 33, 34}));
  EXPECT_EQ(of({50.5, 49.5}), (std::vector{51, 49}));
  EXPECT_EQ(of({99.6, 0.4}), (std::vector{100, 0}));
  EXPECT_EQ(of({100}), (std::vector{100}));
  EXPECT_EQ(of({0, 0}), (std::vector{0, 0}));
  EXPECT_EQ(of({}), std::vector<int>());
}

TEST(EachGroup, TellsABatchApart) {
  auto notification = sample_notification();
  GroupNews news{GroupEvent::closed, notification.group, "revenue"};
  news.group.id = "another";
  notification.others = {news};

  const auto all = each_group(notification);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].group, notification.group);
  EXPECT_TRUE(all[0].others.empty());
  EXPECT_EQ(all[1].group.id, "another");
  EXPECT_EQ(all[1].measure, "revenue");
  EXPECT_EQ(all[1].event, GroupEvent::closed);
  EXPECT_EQ(all[1].delivery_id, notification.delivery_id);
}

}  // namespace
}  // namespace bellwether::sinks
