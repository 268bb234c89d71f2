#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/net/kafka_conf.hpp"

namespace bellwether::net {

/// A message for a topic.
struct KafkaRecord {
  std::string key;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Where records go, and how long one may take from `send` on.
struct KafkaTarget {
  std::string topic;
  Duration timeout{std::chrono::seconds(10)};
  bool allow_private_targets = true;  ///< False: no broker in a private network, nor on this host.
  std::stop_token stop{};             ///< Nobody waits for a report after it.
};

/// Writes to one topic: idempotently, and taken only when every replica in sync holds it. Records
/// of one key come in the order in which they were sent.
///
/// Errors   unavailable: no broker, or no answer in time; the record may be in the topic
///          nevertheless. forbidden: the brokers do not allow it, or their addresses are private.
///          Others: the brokers will never take it.
/// Threads  any.
class KafkaProducer {
 public:
  virtual ~KafkaProducer() = default;

  /// Waits until the record is in the topic.
  virtual Result<void> send(const KafkaRecord& record) = 0;

  /// Whether it will never send anything again, and another one must be opened.
  virtual bool is_lost() const = 0;
};

/// Connects in the background.
///
/// Errors   invalid_input: what the settings say does not go together.
Result<std::unique_ptr<KafkaProducer>> open_kafka_producer(KafkaConf conf, KafkaTarget target);

}  // namespace bellwether::net
