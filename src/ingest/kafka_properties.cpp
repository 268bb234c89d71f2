#include "kafka_properties.hpp"

#include <array>
#include <cassert>
#include <string>

#include <librdkafka/rdkafka.h>

#include "bellwether/base/secret.hpp"

namespace bellwether::ingest {
namespace {

struct Property {
  const char* name;
  const char* value;
};

/// Ours where the properties say nothing. A member that died is missed after ten seconds, not 45;
/// partitions that were added are noticed after ten seconds, not five minutes; what was fetched
/// ahead stays within 32 MB, and a long commit does not cost the membership.
constexpr std::array defaults{
    Property{"client.id", "bellwether"},
    Property{"session.timeout.ms", "10000"},
    Property{"max.poll.interval.ms", "900000"},
    Property{"topic.metadata.refresh.interval.ms", "10000"},
    Property{"reconnect.backoff.max.ms", "2000"},
    Property{"queued.max.messages.kbytes", "32768"},
    Property{"fetch.message.max.bytes", "1048576"},
};

/// What positions in our store and the watermark rest on.
constexpr std::array owned{
    Property{"enable.auto.commit", "false"},
    Property{"enable.auto.offset.store", "false"},
    Property{"auto.offset.reset", "error"},
    Property{"enable.partition.eof", "true"},
    Property{"partition.assignment.strategy", "cooperative-sticky"},
    Property{"statistics.interval.ms", "1000"},
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

Problems validate_properties(const KafkaSourceSpec& kafka) {
  Problems problems;
  const KafkaConf conf(rd_kafka_conf_new());
  for (const auto& [name, value] : kafka.properties)
    if (auto done = set(conf.get(), name, value); !done)
      problems.push_back({"kafka.properties." + name, done.error().message, 0, 0});
  for (const auto& [name, secret] : kafka.secret_properties)
    if (auto done = set(conf.get(), name, "x");
        !done && done.error().message.starts_with("No such"))
      problems.push_back({"kafka.secret_properties." + name, done.error().message, 0, 0});
  return problems;
}

Result<KafkaConf> make_connection_conf(const KafkaSourceSpec& kafka) {
  KafkaConf conf(rd_kafka_conf_new());
  for (const Property& property : defaults) set_property(conf, property.name, property.value);
  set_property(conf, "bootstrap.servers", kafka.brokers);
  for (const auto& [name, value] : kafka.properties)
    if (auto done = set(conf.get(), name, value); !done) return in_property(name, done.error());
  for (const auto& [name, source] : kafka.secret_properties) {
    auto secret = read_secret("secret", source.file, source.environment_variable);
    if (!secret) return in_property(name, secret.error());
    if (!set(conf.get(), name, *secret))
      return in_property(name, invalid_input("what the secret holds is refused"));
  }
  return conf;
}

Result<KafkaConf> make_consumer_conf(const KafkaSourceSpec& kafka, const std::string& group) {
  auto conf = make_connection_conf(kafka);
  if (!conf) return conf;
  for (const Property& property : owned) set_property(*conf, property.name, property.value);
  set_property(*conf, "group.id", group);
  return conf;
}

}  // namespace bellwether::ingest
