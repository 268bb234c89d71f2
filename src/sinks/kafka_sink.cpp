#include "kafka_sink.hpp"

#include <string>
#include <utility>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_series_sent = 100;

/// A topic that is not there is told of within a few seconds, not after half a minute.
constexpr const char* patience_with_topics = "topic.metadata.propagation.max.ms";

Result<std::shared_ptr<net::KafkaProducer>> open(const KafkaSinkSpec& spec,
                                                 const SinkLimits& limits,
                                                 const std::stop_token& stop) {
  auto properties = spec.properties;
  properties.emplace(patience_with_topics, "3000");
  auto conf = net::make_kafka_conf(spec.brokers, properties, spec.secret_properties);
  if (!conf) return conf.error();
  auto producer = net::open_kafka_producer(*std::move(conf),
                                           {.topic = spec.topic,
                                            .timeout = spec.timeout,
                                            .allow_private_targets = limits.allow_private_targets,
                                            .stop = stop});
  if (!producer) return producer.error();
  return std::shared_ptr<net::KafkaProducer>(*std::move(producer));
}

}  // namespace

KafkaSink::KafkaSink(KafkaSinkSpec spec, SinkLimits limits, SinkContext context)
    : spec_(std::move(spec)), limits_(limits), context_(std::move(context)) {}

SendOutcome KafkaSink::send(const Notification& notification) {
  const auto current = producer();
  if (!current) return {current.error(), std::nullopt};
  return {(*current)->send(record_of(notification)), std::nullopt};
}

net::KafkaRecord KafkaSink::record_of(const Notification& notification) const {
  return {.key = notification.group.id,
          .value = document::to_json(document::write_webhook_body(
              notification, context_.clock.now(), context_.public_url, max_series_sent)),
          .headers = {{"delivery-id", notification.delivery_id},
                      {"event", "anomaly." + std::string(to_string(notification.event))},
                      {"alert", notification.alert}}};
}

Result<std::shared_ptr<net::KafkaProducer>> KafkaSink::producer() {
  const std::lock_guard lock(mutex_);
  if (producer_ != nullptr && !producer_->is_lost()) return producer_;
  auto opened = open(spec_, limits_, context_.stop);
  if (!opened) return opened.error();
  producer_ = *std::move(opened);
  return producer_;
}

Result<std::unique_ptr<Sink>> make_kafka_sink(const KafkaSinkSpec& spec, const SinkLimits& limits,
                                              const SinkContext& context) {
  // Opened with the first delivery, but mistakes are to show at once.
  auto conf = net::make_kafka_conf(spec.brokers, spec.properties, spec.secret_properties);
  if (!conf) return conf.error();
  return std::make_unique<KafkaSink>(spec, limits, context);
}

}  // namespace bellwether::sinks
