#pragma once

#include <memory>
#include <mutex>

#include "bellwether/net/kafka_producer.hpp"
#include "bellwether/sinks/sink.hpp"

namespace bellwether::sinks {

/// Writes the body of a webhook to a Kafka topic. The key is the group's id, the headers
/// `delivery-id`, `event` and `alert` say what it is about.
///
/// Errors   unavailable: the record may be in the topic nevertheless, and comes again under the
/// same
///          `delivery-id`.
class KafkaSink final : public Sink {
 public:
  KafkaSink(KafkaSinkSpec spec, SinkLimits limits, SinkContext context);

  SendOutcome send(const Notification& notification) override;

  /// What is sent of a notification.
  net::KafkaRecord record_of(const Notification& notification) const;

 private:
  Result<std::shared_ptr<net::KafkaProducer>> producer();

  KafkaSinkSpec spec_;
  SinkLimits limits_;
  SinkContext context_;
  std::mutex mutex_;
  /// Shared by the calls that are under way: one may find it lost while others still use it.
  std::shared_ptr<net::KafkaProducer> producer_;
};

/// Errors   invalid_input: a property is refused, or a secret cannot be read.
Result<std::unique_ptr<Sink>> make_kafka_sink(const KafkaSinkSpec& spec, const SinkLimits& limits,
                                              const SinkContext& context);

}  // namespace bellwether::sinks
