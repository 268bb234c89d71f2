#pragma once

#include <string>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

namespace bellwether::testing {

/// Brokers in this process: librdkafka's mock of a cluster.
class KafkaCluster {
 public:
  KafkaCluster() {
    char what[512];
    handle_ = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), what, sizeof what);
    mock_ = rd_kafka_mock_cluster_new(handle_, 1);
  }
  ~KafkaCluster() {
    rd_kafka_mock_cluster_destroy(mock_);
    rd_kafka_destroy(handle_);
  }
  KafkaCluster(const KafkaCluster&) = delete;
  KafkaCluster& operator=(const KafkaCluster&) = delete;

  std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(mock_); }
  void make_topic(const char* topic, int partitions) {
    rd_kafka_mock_topic_create(mock_, topic, partitions, 1);
  }

 private:
  rd_kafka_t* handle_ = nullptr;
  rd_kafka_mock_cluster_t* mock_ = nullptr;
};

}  // namespace bellwether::testing
