#include "bellwether/domain/kafka_source_spec.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace bellwether {
namespace {

constexpr std::size_t longest_topic = 249;

struct OwnedProperty {
  std::string_view name;
  std::string_view reason;
};

/// Properties that nobody may set, and why.
constexpr std::array owned_properties{
    OwnedProperty{"bootstrap.servers", "use brokers"},
    OwnedProperty{"metadata.broker.list", "use brokers"},
    OwnedProperty{"group.id", "use group"},
    OwnedProperty{"auto.offset.reset", "use start; what was read is kept in the store"},
    OwnedProperty{"enable.auto.commit", "offsets are committed after our own commit"},
    OwnedProperty{"auto.commit.enable", "offsets are committed after our own commit"},
    OwnedProperty{"auto.commit.interval.ms", "offsets are committed after our own commit"},
    OwnedProperty{"enable.auto.offset.store", "offsets are committed after our own commit"},
    OwnedProperty{"offset.store.method", "positions are kept in the store"},
    OwnedProperty{"offset.store.path", "positions are kept in the store"},
    OwnedProperty{"offset.store.sync.interval.ms", "positions are kept in the store"},
    OwnedProperty{"partition.assignment.strategy", "it is always cooperative-sticky"},
    OwnedProperty{"enable.partition.eof", "the watermark needs it"},
    OwnedProperty{"statistics.interval.ms", "lag and reachability are read from it"},
    OwnedProperty{"plugin.library.paths", "it would run code of others in the server"},
    OwnedProperty{"ssl.engine.location", "it would run code of others in the server"},
    OwnedProperty{"sasl.kerberos.kinit.cmd", "it would run a command; renew tickets outside"},
};

constexpr std::array secret_names{"sasl.password", "ssl.key.password", "ssl.keystore.password",
                                  "ssl.key.pem", "sasl.oauthbearer.client.secret"};

bool is_topic_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_topic && name != "." && name != ".." &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

void validate_property(Problems& problems, const std::string& field, std::string_view name) {
  const auto* const owned = std::ranges::find(owned_properties, name, &OwnedProperty::name);
  if (owned != owned_properties.end())
    problems.push_back({field, "cannot be set: " + std::string(owned->reason), 0, 0});
}

void validate_properties(Problems& problems, const KafkaSourceSpec& kafka) {
  for (const auto& [name, value] : kafka.properties) {
    const std::string field = "kafka.properties." + name;
    validate_property(problems, field, name);
    if (std::ranges::find(secret_names, name) != secret_names.end())
      problems.push_back(
          {field, "secrets are never inline; use secret_properties with file or env", 0, 0});
    if (kafka.secret_properties.contains(name))
      problems.push_back({field, "is given in secret_properties too", 0, 0});
  }
  for (const auto& [name, secret] : kafka.secret_properties) {
    const std::string field = "kafka.secret_properties." + name;
    validate_property(problems, field, name);
    if (secret.file.empty() == secret.environment_variable.empty())
      problems.push_back({field, "must give either file or env", 0, 0});
  }
}

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

}  // namespace

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
  if (kafka.brokers.empty())
    problems.push_back({"kafka.brokers", "must be host:port, several by comma", 0, 0});
  if (!is_topic_name(kafka.topic))
    problems.push_back(
        {"kafka.topic", "must be 1 to 249 letters, digits, dots, underscores and hyphens", 0, 0});
  if (kafka.idle_timeout <= Duration(0))
    problems.push_back({"kafka.idle_timeout", "must be longer than zero", 0, 0});
  if (!kafka.dead_letter_topic.empty() && !is_topic_name(kafka.dead_letter_topic))
    problems.push_back({"kafka.dead_letter_topic",
                        "must be 1 to 249 letters, digits, dots, underscores and hyphens", 0, 0});
  if (!kafka.dead_letter_topic.empty() && kafka.dead_letter_topic == kafka.topic)
    problems.push_back({"kafka.dead_letter_topic", "must not be the topic that is read", 0, 0});
  validate_format(problems, kafka.format);
  validate_properties(problems, kafka);
  return problems;
}

}  // namespace bellwether
