#include "bellwether/net/kafka_producer.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/kafka_cluster.hpp"

namespace bellwether::net {
namespace {

using bellwether::testing::KafkaCluster;
using ::testing::HasSubstr;

std::unique_ptr<KafkaProducer> open(const std::string& brokers, KafkaTarget target,
                                    const KafkaProperties& properties = {}) {
  auto conf = make_kafka_conf(brokers, properties, {});
  EXPECT_TRUE(conf);
  auto producer = open_kafka_producer(*std::move(conf), std::move(target));
  EXPECT_TRUE(producer) << producer.error().message;
  return *std::move(producer);
}

TEST(KafkaProducer, WaitsUntilARecordIsInTheTopic) {
  KafkaCluster cluster;
  cluster.make_topic("events", 2);
  const auto producer = open(cluster.brokers(), {.topic = "events"});

  const auto sent = producer->send({"key", "value", {{"delivery-id", "1"}, {"empty", ""}}});
  EXPECT_TRUE(sent) << sent.error().message;
  EXPECT_FALSE(producer->is_lost());
}

TEST(KafkaProducer, ServesSeveralThreads) {
  KafkaCluster cluster;
  cluster.make_topic("events", 2);
  const auto producer = open(cluster.brokers(), {.topic = "events"});

  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&producer, &taken, i] {
      for (int j = 0; j < 25; ++j)
        if (producer->send({std::to_string(i), std::to_string(j), {}})) ++taken;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(taken, 100);
}

TEST(KafkaProducer, SaysThatNoBrokerCanBeReached) {
  const auto producer = open("127.0.0.1:1", {.topic = "events", .timeout = Duration(1000)});

  const auto sent = producer->send({"key", "value", {}});
  EXPECT_EQ(sent.error().code, ErrorCode::unavailable);
  EXPECT_THAT(sent.error().message, HasSubstr("topic 'events'"));
  EXPECT_THAT(sent.error().message, HasSubstr("127.0.0.1:1"));
}

TEST(KafkaProducer, GivesUpARecordThatIsTooLarge) {
  KafkaCluster cluster;
  cluster.make_topic("events", 1);
  const auto producer =
      open(cluster.brokers(), {.topic = "events"}, {{"message.max.bytes", "2000"}});

  EXPECT_EQ(producer->send({"key", std::string(5000, 'x'), {}}).error().code,
            ErrorCode::invalid_input);
}

TEST(KafkaProducer, KeepsFromPrivateBrokers) {
  KafkaCluster cluster;
  cluster.make_topic("events", 1);
  const auto producer =
      open(cluster.brokers(),
           {.topic = "events", .timeout = Duration(1000), .allow_private_targets = false});

  const auto sent = producer->send({"key", "value", {}});
  EXPECT_EQ(sent.error().code, ErrorCode::forbidden);
  EXPECT_THAT(sent.error().message, HasSubstr("allow_private_targets is false"));
}

TEST(KafkaConf, NamesPropertiesThatAreRefused) {
  const auto problems = validate_kafka_properties({{"no.such", "1"}, {"acks", "many"}},
                                                  {{"no.such.secret", {"f", ""}}});
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].field, "properties.acks");
  EXPECT_EQ(problems[1].field, "properties.no.such");
  EXPECT_EQ(problems[2].field, "secret_properties.no.such.secret");
}

}  // namespace
}  // namespace bellwether::net
