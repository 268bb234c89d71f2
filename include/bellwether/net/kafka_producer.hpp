#pragma once

#include <memory>
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

/// Writes to one topic: idempotently, and taken only when every replica in sync holds it. Records
/// of one key come in the order in which they were sent.
///
/// Errors   unavailable: no broker, or no answer in time; the record may be in the topic
///          nevertheless. Others: the brokers will never take it.
/// Threads  any.
class KafkaProducer {
 public:
  virtual ~KafkaProducer() = default;

  /// Waits until the record is in the topic.
  virtual Result<void> send(const KafkaRecord& record) = 0;

  /// Whether it will never send anything again, and another one must be opened.
  virtual bool is_lost() const = 0;
};

/// Connects in the background. `timeout` is for a record, from `send` on.
///
/// Errors   invalid_input: what the settings say does not go together.
Result<std::unique_ptr<KafkaProducer>> open_kafka_producer(KafkaConf conf, std::string topic,
                                                           Duration timeout);

}  // namespace bellwether::net
