// Consumer, dead letters and source against librdkafka's own mock of a cluster.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include "ingest_fixtures.hpp"
#include "kafka_dead_letters.hpp"

namespace bellwether::ingest {
namespace {

using namespace std::chrono_literals;

/// Brokers in this process, and a producer to fill them.
class Cluster {
 public:
  Cluster() {
    char what[512];
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), what, sizeof what);
    mock_ = rd_kafka_mock_cluster_new(handle_, 1);
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers().c_str(), what, sizeof what);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, what, sizeof what);
  }
  ~Cluster() {
    rd_kafka_destroy(producer_);
    rd_kafka_mock_cluster_destroy(mock_);
    rd_kafka_destroy(handle_);
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(mock_); }
  void make_topic(const char* topic, int partitions) {
    rd_kafka_mock_topic_create(mock_, topic, partitions, 1);
  }
  void write(const char* topic, int partition, std::string value) {
    rd_kafka_producev(producer_, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                      RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                      RD_KAFKA_V_VALUE(value.data(), value.size()), RD_KAFKA_V_END);
    EXPECT_EQ(rd_kafka_flush(producer_, 10'000), 0);
  }

 private:
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_mock_cluster_t* mock_ = nullptr;
  rd_kafka_t* producer_ = nullptr;
};

DetectorSpec a_detector_of(const Cluster& cluster) {
  DetectorSpec spec = a_detector();
  spec.name = "orders";
  KafkaSourceSpec kafka;
  kafka.brokers = cluster.brokers();
  kafka.topic = "orders";
  kafka.properties = {{"session.timeout.ms", "2000"}, {"heartbeat.interval.ms", "200"}};
  spec.source = kafka;
  return spec;
}

std::string a_row(const std::string& time, int views) {
  return R"({"time":"2026-03-20 )" + time + R"(:00","shop":"a","views":)" + std::to_string(views) +
         "}";
}

/// Reads until `rows` rows were handed out.
double sum_of(Source& source, std::size_t rows, std::vector<RowBatch>& batches) {
  double sum = 0;
  const auto deadline = std::chrono::steady_clock::now() + 60s;
  for (std::size_t taken = 0; taken < rows && std::chrono::steady_clock::now() < deadline;) {
    Intake intake;
    const auto state = source.next(intake, 100ms);
    EXPECT_TRUE(state);
    if (*state != Source::State::rows) continue;
    for (const double value : intake.batch.measures[0]) sum += value;
    taken += intake.batch.row_count();
    batches.push_back(std::move(intake.batch));
  }
  return sum;
}

TEST(KafkaCluster, ReadsATopicAndGoesOnFromAPosition) {
  Cluster cluster;
  cluster.make_topic("orders", 2);
  for (int i = 0; i < 20; ++i) cluster.write("orders", i % 2, a_row("08:00", i));
  const DetectorSpec spec = a_detector_of(cluster);
  std::vector<RowBatch> batches;
  {
    auto source = make_source(spec, {}, nullptr);
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ(sum_of(**source, 20, batches), 190);
  }
  // From the middle of one partition and the end of the other.
  const SourcePosition from = {
      {.stream = "orders/0", .resume_at = "kafka 1 4 -", .resume_row = 4, .seen_rows = 4},
      {.stream = "orders/1", .resume_at = "kafka 1 10 -", .resume_row = 10, .seen_rows = 10}};
  auto source = make_source(spec, from, nullptr);
  ASSERT_TRUE(source);
  EXPECT_EQ(sum_of(**source, 6, batches), 8 + 10 + 12 + 14 + 16 + 18);
}

TEST(KafkaCluster, DeliversDeadLettersWithTheirOrigin) {
  Cluster cluster;
  cluster.make_topic("orders", 1);
  cluster.make_topic("dead", 1);
  auto spec = a_detector_of(cluster);
  auto kafka = std::get<KafkaSourceSpec>(spec.source);
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
  auto source = make_source(spec, {}, nullptr);
  ASSERT_TRUE(source);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  Intake intake;
  while (intake.failure.empty() && std::chrono::steady_clock::now() < deadline) {
    intake = {};
    ASSERT_EQ(*(*source)->next(intake, 100ms), Source::State::waiting);
  }
  EXPECT_THAT(intake.failure, ::testing::HasSubstr("no broker of '127.0.0.1:1' can be reached"));
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
