// What needs librdkafka itself: dead letters to its mock of a cluster, a broker that is not there,
// properties.

#include "support/kafka_cluster.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "ingest_fixtures.hpp"
#include "kafka_dead_letters.hpp"
#include "kafka_properties.hpp"

namespace bellwether::ingest {
namespace {

using namespace std::chrono_literals;
using Cluster = bellwether::testing::KafkaCluster;

TEST(KafkaCluster, DeliversDeadLettersWithTheirOrigin) {
  Cluster cluster;
  cluster.make_topic("orders", 1);
  cluster.make_topic("dead", 1);
  KafkaSourceSpec kafka;
  kafka.brokers = cluster.brokers();
  kafka.topic = "orders";
  kafka.dead_letter_topic = "dead";
  auto letters = open_dead_letters(kafka, "orders");
  ASSERT_TRUE(letters);
  (*letters)->add({.partition = 3,
                   .offset = 17,
                   .key = "k",
                   .value = "{oops",
                   .fault = RowFault::unreadable,
                   .reason = "no JSON"});
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (!(*letters)->deliver(500ms) && std::chrono::steady_clock::now() < deadline) {
  }
  EXPECT_EQ((*letters)->delivered(), 1U);
}

TEST(KafkaCluster, SaysThatNoBrokerCanBeReached) {
  DetectorSpec spec = a_detector();
  KafkaSourceSpec kafka;
  kafka.brokers = "127.0.0.1:1";
  kafka.topic = "orders";
  spec.source = kafka;
  ByteBudget budget("server.memory", std::size_t{256} << 20U);
  auto source = make_source(spec, {}, nullptr, {.bytes = budget});
  ASSERT_TRUE(source);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  Intake intake;
  while (intake.failure.empty() && std::chrono::steady_clock::now() < deadline) {
    intake = {};
    ASSERT_EQ(*(*source)->next(intake, 100ms), Source::State::waiting);
  }
  EXPECT_THAT(intake.failure, ::testing::HasSubstr("no broker of '127.0.0.1:1' can be reached"));
}

std::string property_of(const net::KafkaConf& conf, const char* name) {
  std::string value(64, '\0');
  std::size_t size = value.size();
  EXPECT_EQ(rd_kafka_conf_get(conf.get(), name, value.data(), &size), RD_KAFKA_CONF_OK) << name;
  return value.substr(0, size - 1);
}

TEST(KafkaProperties, BoundWhatABrokerMaySend) {
  KafkaSourceSpec kafka;
  kafka.brokers = "b:9092";
  kafka.topic = "t";
  const auto conf = make_consumer_conf(kafka, "g", std::size_t{128} << 20U);
  ASSERT_TRUE(conf);

  EXPECT_EQ(property_of(*conf, "receive.message.max.bytes"), "16777216");
  EXPECT_EQ(property_of(*conf, "fetch.max.bytes"), "8388608");
  EXPECT_EQ(property_of(*conf, "queued.max.messages.kbytes"), "4096");

  const auto large = make_consumer_conf(kafka, "g", std::size_t{8} << 30U);
  EXPECT_EQ(property_of(*large, "queued.max.messages.kbytes"), "32768");
}

TEST(KafkaProperties, AreCheckedByTheLibraryItself) {
  KafkaSourceSpec kafka;
  kafka.brokers = "b:9092";
  kafka.topic = "t";
  kafka.properties = {{"sasl.mechanisn", "PLAIN"},
                      {"security.protocol", "SASL_SSL"},
                      {"fetch.wait.max.ms", "soon"}};
  kafka.secret_properties["no.such.secret"].environment_variable = "X";
  kafka.secret_properties["sasl.password"].environment_variable = "X";
  std::vector<std::string> fields;
  for (const auto& problem : validate_source(kafka)) fields.push_back(problem.field);
  EXPECT_THAT(fields,
              ::testing::UnorderedElementsAre("source.kafka.properties.sasl.mechanisn",
                                              "source.kafka.properties.fetch.wait.max.ms",
                                              "source.kafka.secret_properties.no.such.secret"));
}

}  // namespace
}  // namespace bellwether::ingest
