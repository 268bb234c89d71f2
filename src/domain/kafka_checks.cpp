#include "kafka_checks.hpp"

#include <algorithm>
#include <array>

#include "bellwether/domain/kafka_property.hpp"

namespace bellwether {
namespace {

constexpr std::size_t longest_topic = 249;

constexpr std::string_view runs_kinit = "librdkafka would run a command; renew tickets outside";
constexpr std::string_view loads_code = "it would run code of others in the server";

/// Those that no client may set.
constexpr std::array always_owned{
    OwnedKafkaProperty{"bootstrap.servers", "use brokers"},
    OwnedKafkaProperty{"metadata.broker.list", "use brokers"},
    OwnedKafkaProperty{"plugin.library.paths", loads_code},
    OwnedKafkaProperty{"ssl.engine.location", loads_code},
    OwnedKafkaProperty{"sasl.kerberos.kinit.cmd", runs_kinit},
};

/// Those of `KafkaPropertyUse::never` of which there is more to say than that.
constexpr std::array refused_with_reason{
    OwnedKafkaProperty{"plugin.library.paths", loads_code},
    OwnedKafkaProperty{"ssl.providers", loads_code},
    OwnedKafkaProperty{"ssl.engine.id", loads_code},
    OwnedKafkaProperty{"ssl.engine.location", loads_code},
    OwnedKafkaProperty{"sasl.kerberos.kinit.cmd", runs_kinit},
    OwnedKafkaProperty{"sasl.kerberos.keytab", runs_kinit},
    OwnedKafkaProperty{"sasl.kerberos.principal", runs_kinit},
    OwnedKafkaProperty{"sasl.kerberos.min.time.before.relogin", runs_kinit},
    OwnedKafkaProperty{"debug", "it would write secrets to the log"},
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

void refuse_if_owned(Problems& problems, const std::string& field, std::string_view name,
                     std::span<const OwnedKafkaProperty> owned) {
  for (const OwnedKafkaProperty& property : owned)
    if (property.name == name)
      problems.push_back({field, "cannot be set: " + std::string(property.reason), 0, 0});
}

void refuse_if_never(Problems& problems, const std::string& field, std::string_view name) {
  if (kafka_property_use(name) != KafkaPropertyUse::never) return;
  const auto* known = std::ranges::find(refused_with_reason, name, &OwnedKafkaProperty::name);
  const std::string_view reason =
      known != refused_with_reason.end() ? known->reason : "the program sets it itself";
  problems.push_back({field, "cannot be set: " + std::string(reason), 0, 0});
}

}  // namespace

void check_kafka_brokers(Problems& problems, const std::string& field, std::string_view brokers) {
  if (brokers.empty())
    problems.push_back({field, "must be host:port, several by comma", 0, 0});
  else if (brokers.find_first_of("@#?") != std::string_view::npos)
    problems.push_back(
        {field, "must be host:port, several by comma; a user is given in properties", 0, 0});
}

void check_kafka_topic(Problems& problems, const std::string& field, std::string_view name) {
  if (!is_topic_name(name))
    problems.push_back(
        {field, "must be 1 to 249 letters, digits, dots, underscores and hyphens", 0, 0});
}

void refuse_dangerous_kafka_properties(
    Problems& problems, const std::string& section,
    const std::map<std::string, std::string>& properties,
    const std::map<std::string, SecretSource>& secret_properties) {
  for (const auto& [name, value] : properties)
    refuse_if_never(problems, section + ".properties." + name, name);
  for (const auto& [name, secret] : secret_properties)
    refuse_if_never(problems, section + ".secret_properties." + name, name);
}

void check_kafka_properties(Problems& problems, const std::string& section,
                            const std::map<std::string, std::string>& properties,
                            const std::map<std::string, SecretSource>& secret_properties,
                            std::span<const OwnedKafkaProperty> owned) {
  for (const auto& [name, value] : properties) {
    const std::string field = section + ".properties." + name;
    refuse_if_owned(problems, field, name, always_owned);
    refuse_if_owned(problems, field, name, owned);
    if (std::ranges::find(secret_names, name) != secret_names.end())
      problems.push_back(
          {field, "secrets are never inline; use secret_properties with file or env", 0, 0});
    if (secret_properties.contains(name))
      problems.push_back({field, "is given in secret_properties too", 0, 0});
  }
  for (const auto& [name, secret] : secret_properties) {
    const std::string field = section + ".secret_properties." + name;
    refuse_if_owned(problems, field, name, always_owned);
    refuse_if_owned(problems, field, name, owned);
    if (secret.file.empty() == secret.environment_variable.empty())
      problems.push_back({field, "must give either file or env", 0, 0});
  }
}

}  // namespace bellwether
