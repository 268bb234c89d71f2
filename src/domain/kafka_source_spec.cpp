#include "bellwether/domain/kafka_source_spec.hpp"

#include <array>
#include <utility>

#include "kafka_checks.hpp"

namespace bellwether {
namespace {

/// Properties that the source lives by.
constexpr std::array owned_properties{
    OwnedKafkaProperty{"group.id", "use group"},
    OwnedKafkaProperty{"auto.offset.reset", "use start; what was read is kept in the store"},
    OwnedKafkaProperty{"enable.auto.commit", "offsets are committed after our own commit"},
    OwnedKafkaProperty{"auto.commit.enable", "offsets are committed after our own commit"},
    OwnedKafkaProperty{"auto.commit.interval.ms", "offsets are committed after our own commit"},
    OwnedKafkaProperty{"enable.auto.offset.store", "offsets are committed after our own commit"},
    OwnedKafkaProperty{"offset.store.method", "positions are kept in the store"},
    OwnedKafkaProperty{"offset.store.path", "positions are kept in the store"},
    OwnedKafkaProperty{"offset.store.sync.interval.ms", "positions are kept in the store"},
    OwnedKafkaProperty{"partition.assignment.strategy", "it is always cooperative-sticky"},
    OwnedKafkaProperty{"enable.partition.eof", "the watermark needs it"},
    OwnedKafkaProperty{"statistics.interval.ms", "lag and reachability are read from it"},
};

void validate_format(Problems& problems, const RowFormat& format) {
  for (auto& problem : validate("kafka.format", format)) problems.push_back(std::move(problem));
  const auto refuse_compression = [&](const std::string& kind, Compression compression) {
    if (compression != Compression::none)
      problems.push_back({"kafka.format." + kind + ".compression",
                          "must be none: Kafka unpacks its batches by itself", 0, 0});
  };
  if (const auto* json = std::get_if<JsonFormat>(&format))
    return refuse_compression("json", json->compression);
  const auto& csv = std::get<CsvFormat>(format);
  refuse_compression("csv", csv.compression);
  if (csv.has_header)
    problems.push_back(
        {"kafka.format.csv.header", "must be false: a message has no header; use columns", 0, 0});
  if (csv.columns.empty())
    problems.push_back(
        {"kafka.format.csv.columns", "is missing; name the columns of a message in order", 0, 0});
}

/// Where to, and as whom, is the connection's to say.
void check_connection_alone(Problems& problems, const KafkaSourceSpec& kafka) {
  if (!kafka.brokers.empty())
    problems.push_back({"kafka.brokers", "is the connection's; leave it out", 0, 0});
  if (!kafka.secret_properties.empty())
    problems.push_back({"kafka.secret_properties", "are the connection's; leave them out", 0, 0});
}

}  // namespace

std::span<const OwnedKafkaProperty> properties_of_kafka_sources() { return owned_properties; }

std::string_view to_string(KafkaStart start) {
  return start == KafkaStart::earliest ? "earliest" : "latest";
}

std::optional<KafkaStart> parse_kafka_start(std::string_view text) {
  if (text == "earliest") return KafkaStart::earliest;
  if (text == "latest") return KafkaStart::latest;
  return std::nullopt;
}

Problems validate(const KafkaSourceSpec& kafka) {
  Problems problems;
  if (!kafka.connection.empty())
    check_connection_alone(problems, kafka);
  else if (kafka.brokers.empty())
    problems.push_back({"kafka.brokers", "must be host:port, several by comma", 0, 0});
  check_kafka_topic(problems, "kafka.topic", kafka.topic);
  if (kafka.idle_timeout <= Duration(0))
    problems.push_back({"kafka.idle_timeout", "must be longer than zero", 0, 0});
  if (!kafka.dead_letter_topic.empty())
    check_kafka_topic(problems, "kafka.dead_letter_topic", kafka.dead_letter_topic);
  if (!kafka.dead_letter_topic.empty() && kafka.dead_letter_topic == kafka.topic)
    problems.push_back({"kafka.dead_letter_topic", "must not be the topic that is read", 0, 0});
  validate_format(problems, kafka.format);
  check_kafka_properties(problems, "kafka", kafka.properties, kafka.secret_properties,
                         owned_properties);
  return problems;
}

}  // namespace bellwether
