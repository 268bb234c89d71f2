#include "kafka_checks.hpp"

#include <algorithm>
#include <array>

namespace bellwether {
namespace {

constexpr std::size_t longest_topic = 249;

/// Those that no client may set.
constexpr std::array always_owned{
    OwnedKafkaProperty{"bootstrap.servers", "use brokers"},
    OwnedKafkaProperty{"metadata.broker.list", "use brokers"},
    OwnedKafkaProperty{"plugin.library.paths", "it would run code of others in the server"},
    OwnedKafkaProperty{"ssl.engine.location", "it would run code of others in the server"},
    OwnedKafkaProperty{"sasl.kerberos.kinit.cmd", "it would run a command; renew tickets outside"},
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

}  // namespace

void check_kafka_topic(Problems& problems, const std::string& field, std::string_view name) {
  if (!is_topic_name(name))
    problems.push_back(
        {field, "must be 1 to 249 letters, digits, dots, underscores and hyphens", 0, 0});
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
