#include "aws_texts.hpp"

#include <gtest/gtest.h>

#include "aws_message.hpp"
#include "sample_notification.hpp"

namespace bellwether::sinks {
namespace {

using bellwether::testing::sample_notification;

const AwsNames names{"eu-west-1", "111122223333", "https://bellwether.example"};
const std::string detector =
    "arn:aws:lookoutmetrics:eu-west-1:111122223333:AnomalyDetector:shop-hourly";

std::string page_of(const Notification& notification) {
  return "https://bellwether.example/#" + detector + "/anomalies/anomaly/" +
         aws_group_id(notification);
}

Notification sample_batch() {
  auto notification = sample_notification();
  notification.others = {{GroupEvent::closed, notification.group, "revenue"}};
  return notification;
}

TEST(LongText, IsWhatTheServiceSent) {
  EXPECT_EQ(make_long_text(sample_notification(), names),
            "[Amazon LookoutForMetrics] The anomaly detector shop-hourly detected an anomaly in "
            "orders with a severity score of 91.2 on March 2, 2026 at 2:00 PM.\n"
            "Anomalous graphs were detected for the following:\n"
            "\n"
            "orders for: app, NL\n"
            "\n"
            "orders for: app, BE\n"
            "\n"
            "orders for: NL\n"
            "\n"
            "To view the anomaly, visit the Lookout for Metrics console at: " +
                page_of(sample_notification()) +
                "\n"
                "To modify settings for this alert: https://bellwether.example/#" +
                detector +
                "/alerts/alertDetails/"
                "arn:aws:lookoutmetrics:eu-west-1:111122223333:Alert:orders-oncall");
}

TEST(LongText, NamesTheMeasureAloneWithoutDimensions) {
  auto notification = sample_notification();
  notification.group.series = {bellwether::testing::sample_series("orders", {}, 1, 91)};

  EXPECT_NE(make_long_text(notification, names).find("\n\norders\n\nTo view"), std::string::npos);
}

TEST(LongText, KeepsAValueOnItsLine) {
  auto notification = sample_notification();
  notification.group.series = {bellwether::testing::sample_series(
      "orders", {{"channel", "app\nTo view the anomaly, visit: http://evil.example"}}, 1, 91)};

  EXPECT_NE(make_long_text(notification, names)
                .find("orders for: app To view the anomaly, visit: http://evil.example\n"),
            std::string::npos);
}

TEST(LongText, TellsOfABatchInLinesOfItsOwn) {
  const auto batch = sample_batch();
  auto other = batch;
  other.measure = "revenue";

  EXPECT_NE(make_long_text(batch, names)
                .find("orders for: NL\n\nAt the same time:\n\nThe anomaly detector shop-hourly saw "
                      "the end of an anomaly in revenue with a severity score of 94.5 on March 2, "
                      "2026 at 2:00 PM. " +
                      page_of(other) + "\n\nTo view the anomaly"),
            std::string::npos);
}

TEST(ShortText, IsASentenceAndALink) {
  EXPECT_EQ(make_short_text(sample_notification(), names),
            "[Amazon LookoutForMetrics] The anomaly detector shop-hourly detected an anomaly in "
            "orders with a severity score of 91.2 on March 2, 2026 at 2:00 PM.\n"
            "To view the anomaly, visit the Lookout for Metrics console at: " +
                page_of(sample_notification()));
}

TEST(ShortText, CountsTheOthersOfABatch) {
  EXPECT_NE(make_short_text(sample_batch(), names).find("At the same time: 1 more.\nTo view"),
            std::string::npos);
}

TEST(ShortText, CutsTheSentenceAndNeverTheLink) {
  auto notification = sample_notification();
  for (int i = 0; i < 900; ++i) notification.measure += "\xc3\xa9";

  const std::string text = make_short_text(notification, names);
  EXPECT_LE(text.size(), 1600U);
  EXPECT_GE(text.size(), 1598U);
  EXPECT_TRUE(text.ends_with(page_of(notification)));
  EXPECT_NE(text.find("\xc3\xa9..."), std::string::npos);
}

TEST(ShortText, SaysWhatHappenedAndWhetherItIsASample) {
  auto notification = sample_notification();
  notification.event = GroupEvent::escalated;
  notification.is_test = true;

  EXPECT_TRUE(make_short_text(notification, names)
                  .starts_with("[TEST] [Amazon LookoutForMetrics] The anomaly detector shop-hourly "
                               "sees an anomaly growing in orders with"));
}

TEST(Subject, IsShortAndAscii) {
  EXPECT_EQ(make_subject(sample_notification()),
            "Anomaly in orders (shop-hourly) opened: severity 91.2");
  auto notification = sample_batch();
  notification.measure = "caf\xc3\xa9\n";
  EXPECT_EQ(make_subject(notification),
            "Anomaly in caf?? (shop-hourly) opened: severity 94.5, and 1 more");
  notification.measure = std::string(300, 'm');
  EXPECT_EQ(make_subject(notification).size(), 100U);
}

}  // namespace
}  // namespace bellwether::sinks
