#include "sns_message.hpp"

#include <map>

#include <gtest/gtest.h>

#include "bellwether/base/percent_encoding.hpp"

#include "aws_payload.hpp"
#include "aws_texts.hpp"
#include "batch.hpp"
#include "sample_notification.hpp"

namespace bellwether::sinks {
namespace {

using bellwether::testing::sample_notification;

const AwsNames names{"eu-west-1", "111122223333", "https://bellwether.example"};

SnsSpec topic(SnsFormat format) {
  SnsSpec sns;
  sns.topic_arn = "arn:aws:sns:eu-west-1:111122223333:alerts";
  sns.format = format;
  return sns;
}

std::map<std::string, std::string> read_form(std::string_view body) {
  std::map<std::string, std::string> form;
  while (!body.empty()) {
    const auto field = body.substr(0, body.find('&'));
    body.remove_prefix(std::min(body.size(), field.size() + 1));
    const auto equals = field.find('=');
    form[percent_decode(field.substr(0, equals))] = percent_decode(field.substr(equals + 1));
  }
  return form;
}

TEST(PublishBody, CarriesThePayloadAndAttributes) {
  const auto bodies = make_publish_bodies(sample_notification(), topic(SnsFormat::json), names);

  ASSERT_EQ(bodies.size(), 1U);
  const std::string entry = "MessageAttributes.entry.";
  const std::map<std::string, std::string> expected{
      {"Action", "Publish"},
      {"Version", "2010-03-31"},
      {"TopicArn", "arn:aws:sns:eu-west-1:111122223333:alerts"},
      {"Message", make_aws_payload(sample_notification(), names)},
      {entry + "1.Name", "severity"},
      {entry + "1.Value.DataType", "Number"},
      {entry + "1.Value.StringValue", "91.2"},
      {entry + "2.Name", "detector"},
      {entry + "2.Value.DataType", "String"},
      {entry + "2.Value.StringValue", "shop-hourly"},
      {entry + "3.Name", "measure"},
      {entry + "3.Value.DataType", "String"},
      {entry + "3.Value.StringValue", "orders"},
      {entry + "4.Name", "event"},
      {entry + "4.Value.DataType", "String"},
      {entry + "4.Value.StringValue", "opened"},
      {entry + "5.Name", "alert"},
      {entry + "5.Value.DataType", "String"},
      {entry + "5.Value.StringValue", "orders-oncall"},
      {entry + "6.Name", "delivery_id"},
      {entry + "6.Value.DataType", "String"},
      {entry + "6.Value.StringValue", sample_notification().delivery_id}};
  EXPECT_EQ(read_form(bodies.front()), expected);
}

TEST(PublishBody, GivesTextsASubject) {
  const auto notification = sample_notification();
  const auto body = make_publish_bodies(notification, topic(SnsFormat::short_text), names).front();
  auto form = read_form(body);

  EXPECT_EQ(form["Subject"], make_subject(notification));
  EXPECT_EQ(form["Message"], make_short_text(notification, names));
  form = read_form(make_publish_bodies(notification, topic(SnsFormat::long_text), names).front());
  EXPECT_EQ(form["Message"], make_long_text(notification, names));
}

TEST(PublishBody, TellsABatchInOneTextOrInAPayloadEach) {
  auto notification = sample_notification();
  notification.others = {{GroupEvent::closed, notification.group, "revenue"}};

  EXPECT_EQ(make_publish_bodies(notification, topic(SnsFormat::long_text), names).size(), 1U);
  const auto bodies = make_publish_bodies(notification, topic(SnsFormat::json), names);
  ASSERT_EQ(bodies.size(), 2U);
  EXPECT_EQ(read_form(bodies[1])["Message"], make_aws_payload(each_group(notification)[1], names));
  EXPECT_EQ(read_form(bodies[1])["MessageAttributes.entry.3.Value.StringValue"], "revenue");
}

TEST(PublishBody, LeavesOutAttributesWithoutAValue) {
  auto notification = sample_notification();
  notification.measure.clear();
  notification.group.primary_measure.clear();

  const auto form =
      read_form(make_publish_bodies(notification, topic(SnsFormat::json), names).front());
  EXPECT_EQ(form.at("MessageAttributes.entry.3.Name"), "event");
}

TEST(PublishBody, KeepsAGroupInOrderWhereTheTopicDoes) {
  auto sns = topic(SnsFormat::json);
  EXPECT_FALSE(read_form(make_publish_bodies(sample_notification(), sns, names).front())
                   .contains("MessageGroupId"));
  sns.topic_arn += ".fifo";

  const auto form = read_form(make_publish_bodies(sample_notification(), sns, names).front());
  EXPECT_EQ(form.at("MessageGroupId"), sample_notification().group.id);
  EXPECT_EQ(form.at("MessageDeduplicationId").size(), 36U);
}

}  // namespace
}  // namespace bellwether::sinks
