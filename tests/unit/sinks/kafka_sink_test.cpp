#include "kafka_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/document/json.hpp"

#include "made_notification.hpp"

namespace bellwether::sinks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class KafkaSinkTest : public ::testing::Test {
 protected:
  static KafkaSinkSpec spec() {
    KafkaSinkSpec kafka;
    kafka.brokers = "127.0.0.1:1";
    kafka.topic = "events";
    kafka.timeout = Duration(500);
    return kafka;
  }
  SinkContext context() { return {http_, clock_, "http://bellwether.example", {}}; }

  net::HttpClient http_;
  SystemClock clock_;
};

TEST_F(KafkaSinkTest, WritesTheWebhookBodyUnderTheGroupsId) {
  const KafkaSink sink(spec(), {}, context());
  const auto record = sink.record_of(testing::made_notification());

  EXPECT_EQ(record.key, "6f1c7d7e-0000-5000-8000-000000000002");
  EXPECT_THAT(record.headers,
              ElementsAre(Pair("delivery-id", "0b0a7bfe-0000-5000-8000-000000000001"),
                          Pair("event", "anomaly.opened"), Pair("alert", "revenue-ca")));
  const auto body = document::parse_json(record.value);
  ASSERT_TRUE(body);
  EXPECT_EQ(*body->find("version"), document::Node(1));
  EXPECT_EQ(*body->find("anomaly")->find("id"), document::Node(record.key));
}

TEST_F(KafkaSinkTest, TriesAgainWhileNoBrokerIsThere) {
  KafkaSink sink(spec(), {}, context());
  EXPECT_TRUE(is_retryable(sink.send(testing::made_notification()).result.error()));
}

TEST_F(KafkaSinkTest, SaysAtOnceWhichPropertyIsWrong) {
  auto kafka = spec();
  kafka.properties = {{"compression.type", "best"}};
  SinkSpec sink;
  sink.name = "events";
  sink.target = kafka;

  const auto made = make_sink(sink, context());
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("sink 'events'"));
  EXPECT_THAT(made.error().message, HasSubstr("compression.type"));
}

}  // namespace
}  // namespace bellwether::sinks
