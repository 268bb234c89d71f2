// What people are shown holds no character that moves a cursor, turns the reading order or cannot
// be seen, whoever wrote the names and values; what programs join on keeps them.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/document/json.hpp"

#include "alertmanager_format.hpp"
#include "aws_texts.hpp"
#include "email_words.hpp"
#include "json_format.hpp"
#include "made_notification.hpp"
#include "mail_text.hpp"
#include "pagerduty_format.hpp"
#include "slack_format.hpp"

namespace bellwether::sinks {
namespace {

const std::string hostile = "a\u202eb\u009bc\u200bd\ne\x1b[2J";
const AwsNames names{"eu-west-1", "111122223333", "https://bellwether.example"};

/// With that text wherever any may stand: names of detectors and alerts are of letters and digits.
Notification made_hostile() {
  Notification notification = testing::made_batch();
  notification.alert_description = notification.measure = hostile;
  AnomalyGroup& group = notification.group;
  group.primary_measure = group.measures[0].measure = group.root_causes[0].measure = hostile;
  group.root_causes[0].dimensions = {{hostile, hostile}};
  for (GroupSeries& series : group.series) series.key = {hostile, {{hostile, hostile}}};
  notification.others[0].group = group;
  notification.others[0].measure = hostile;
  return notification;
}

TEST(ShownText, IsPrintableInEveryMessageForPeople) {
  const Notification notification = made_hostile();
  const MessageContext context = testing::made_context();
  std::vector<std::string> shown{make_email_text(notification, context.public_url),
                                 make_email_html(notification, context.public_url),
                                 encode_header_text(hostile),
                                 make_long_text(notification, names),
                                 make_short_text(notification, names),
                                 make_subject(notification),
                                 make_slack_message(notification, context).body};
  for (const std::string& text : shown) {
    EXPECT_EQ(printable_lines(text), text);
    // A line of their own would be a message of their own.
    EXPECT_EQ(text.find("\ne"), std::string::npos) << text;
    EXPECT_EQ(text.find("\\ne"), std::string::npos) << text;
    EXPECT_EQ(text.find("\\u00"), std::string::npos) << text;
  }
}

TEST(ShownText, IsPrintableInFieldsForPeopleOfOtherMessages) {
  const Notification notification = made_hostile();
  const MessageContext context = testing::made_context();
  for (const document::Node& alert : make_alertmanager_alerts(
           {GroupEvent::opened, notification.group, hostile}, notification, context, {}))
    for (const auto& [name, value] : *alert.find("annotations")->as<document::Node::Map>())
      EXPECT_EQ(printable_lines(*value.as<std::string>()), *value.as<std::string>()) << name;
  for (const WebhookMessage& message : make_pagerduty_messages(notification, context, "key")) {
    const document::Node event = document::parse_json(message.body).value();
    const document::Node& payload = *event.find("payload");
    const auto* summary = payload.find("summary")->as<std::string>();
    EXPECT_EQ(printable_text(*summary), *summary);
    const std::string details = document::to_json(*payload.find("custom_details"));
    EXPECT_EQ(printable_text(details), details);
  }
}

TEST(ShownText, IsTheTruthForPrograms) {
  const Notification notification = made_hostile();
  const document::Node body = make_json_body(notification, testing::made_context());
  const auto& series = body.find("anomaly")->find("series")->as<document::Node::List>()->front();
  EXPECT_EQ(*series.find("dimensions")->find(hostile)->as<std::string>(), hostile);
}

}  // namespace
}  // namespace bellwether::sinks
