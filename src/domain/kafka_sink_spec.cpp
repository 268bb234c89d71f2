#include "bellwether/domain/kafka_sink_spec.hpp"

#include <array>

#include "kafka_checks.hpp"

namespace bellwether {
namespace {

constexpr std::array owned_properties{
    OwnedKafkaProperty{"enable.idempotence", "it is always on: nothing is written twice"},
    OwnedKafkaProperty{"acks", "it is always all: what is taken must last"},
    OwnedKafkaProperty{"request.required.acks", "it is always all: what is taken must last"},
    OwnedKafkaProperty{"transactional.id", "deliveries are not sent in transactions"},
    OwnedKafkaProperty{"delivery.timeout.ms", "use timeout"},
    OwnedKafkaProperty{"message.timeout.ms", "use timeout"},
};

}  // namespace

Problems validate(const KafkaSinkSpec& kafka) {
  Problems problems;
  check_kafka_brokers(problems, "kafka.brokers", kafka.brokers);
  check_kafka_topic(problems, "kafka.topic", kafka.topic);
  check_kafka_properties(problems, "kafka", kafka.properties, kafka.secret_properties,
                         owned_properties);
  refuse_dangerous_kafka_properties(problems, "kafka", kafka.properties, kafka.secret_properties);
  if (kafka.timeout <= Duration(0))
    problems.push_back({"kafka.timeout", "must be longer than zero", 0, 0});
  return problems;
}

}  // namespace bellwether
