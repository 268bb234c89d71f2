#include "bellwether/net/kafka_conf.hpp"

#include <array>
#include <cassert>

#include <librdkafka/rdkafka.h>

#include "bellwether/base/secret.hpp"
#include "bellwether/net/kafka_error.hpp"

namespace bellwether::net {
namespace {

struct Property {
  const char* name;
  const char* value;
};

/// Ours where the properties say nothing: added partitions are noticed after ten seconds, not five
/// minutes; an answer that claims more than 16 MiB, not 100 MB, ends the connection.
constexpr std::array defaults{
    Property{"client.id", "bellwether"},
    Property{"topic.metadata.refresh.interval.ms", "10000"},
    Property{"reconnect.backoff.max.ms", "2000"},
    Property{"receive.message.max.bytes", "16777216"},
};

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> what{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), what.data(), what.size()) ==
      RD_KAFKA_CONF_OK)
    return ok();
  return invalid_input(what.data());
}

Error in_property(const std::string& name, Error error) {
  return while_doing("setting Kafka property '" + name + "'", std::move(error));
}

}  // namespace

void FreeKafkaConf::operator()(rd_kafka_conf_s* conf) const { rd_kafka_conf_destroy(conf); }

void set_property(const KafkaConf& conf, const char* name, const std::string& value) {
  [[maybe_unused]] const auto done = set(conf.get(), name, value);
  assert(done);
}

Problems validate_kafka_properties(const KafkaProperties& properties,
                                   const SecretKafkaProperties& secret_properties) {
  Problems problems;
  const KafkaConf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : properties)
    if (auto done = set(conf.get(), name, value); !done)
      problems.push_back({"properties." + name, done.error().message, 0, 0});
  for (const auto& [name, secret] : secret_properties)
    if (auto done = set(conf.get(), name, "x");
        !done && done.error().message.starts_with("No such"))
      problems.push_back({"secret_properties." + name, done.error().message, 0, 0});
  return problems;
}

Result<KafkaConf> make_kafka_conf(const std::string& brokers, const KafkaProperties& properties,
                                  const SecretKafkaProperties& secret_properties) {
  KafkaConf conf(rd_kafka_conf_new());
  rd_kafka_conf_set_log_cb(conf.get(),
                           [](const rd_kafka_t* /*handle*/, int level, const char* facility,
                              const char* text) { log_kafka(level, facility, text); });
  for (const Property& property : defaults) set_property(conf, property.name, property.value);
  set_property(conf, "bootstrap.servers", brokers);
  for (const auto& [name, value] : properties)
    if (auto done = set(conf.get(), name, value); !done) return in_property(name, done.error());
  for (const auto& [name, source] : secret_properties) {
    auto secret = read_secret("secret", source.file, source.environment_variable);
    if (!secret) return in_property(name, secret.error());
    if (!set(conf.get(), name, *secret))
      return in_property(name, invalid_input("what the secret holds is refused"));
  }
  return conf;
}

}  // namespace bellwether::net
