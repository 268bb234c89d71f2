#include "bellwether/net/kafka_conf.hpp"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <cerrno>

#include <librdkafka/rdkafka.h>

#include "bellwether/base/log.hpp"
#include "bellwether/base/secret.hpp"
#include "bellwether/domain/kafka_property.hpp"
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

/// librdkafka runs kinit, by default with what two other properties hold pasted into its command
/// line. An empty command stands for that default, so it is one that does nothing, and never due.
constexpr std::array without_kinit{
    Property{"sasl.kerberos.kinit.cmd", ":"},
    Property{"sasl.kerberos.min.time.before.relogin", "0"},
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

/// A client takes only what somebody has looked at, whoever wrote it.
Result<void> set_judged(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  const auto use = kafka_property_use(name);
  if (use == KafkaPropertyUse::never) return invalid_input("it runs a command or loads code");
  if (auto done = set(conf, name, value); !done || use) return done;
  return invalid_input("this version of Bellwether does not know what it does");
}

std::string without_case(std::string_view host) {
  std::string lower(host);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

/// `SASL_SSL://host:port` -> `host`.
std::string host_of(std::string_view broker) {
  if (const auto scheme = broker.find("://"); scheme != std::string_view::npos)
    broker.remove_prefix(scheme + 3);
  while (broker.starts_with(' ')) broker.remove_prefix(1);
  const bool has_brackets = broker.starts_with('[');
  if (has_brackets) broker.remove_prefix(1);
  return without_case(broker.substr(0, broker.find(has_brackets ? ']' : ':')));
}

/// What librdkafka does itself, but for hosts that are not allowed.
int resolve(const char* node, const char* service, const addrinfo* hints, addrinfo** result,
            void* opaque) {
  if (node == nullptr) {
    ::freeaddrinfo(*result);
    return 0;
  }
  if (static_cast<const KafkaPeers*>(opaque)->is_allowed(node))
    return ::getaddrinfo(node, service, hints, result);
  log_warning("kafka", "a broker names a host that is not among the connection's allow_hosts",
              {{"host", node}});
  errno = EACCES;
  return EAI_SYSTEM;
}

}  // namespace

KafkaPeers::KafkaPeers(std::string_view brokers, std::vector<std::string> allow_hosts) {
  if (allow_hosts.empty()) return;
  for (const std::string& host : allow_hosts) hosts_.push_back(without_case(host));
  while (!brokers.empty()) {
    const std::string_view broker = brokers.substr(0, brokers.find(','));
    hosts_.push_back(host_of(broker));
    brokers.remove_prefix(std::min(broker.size() + 1, brokers.size()));
  }
}

bool KafkaPeers::is_allowed(std::string_view host) const {
  return hosts_.empty() || std::ranges::find(hosts_, without_case(host)) != hosts_.end();
}

void KafkaPeers::guard(const KafkaConf& conf) const {
  if (!hosts_.empty()) rd_kafka_conf_set_resolve_cb(conf.get(), resolve);
}

void FreeKafkaConf::operator()(rd_kafka_conf_s* conf) const { rd_kafka_conf_destroy(conf); }

void set_property(const KafkaConf& conf, const char* name, const std::string& value) {
  [[maybe_unused]] const auto done = set(conf.get(), name, value);
  assert(done);
}

Problems validate_kafka_properties(const KafkaProperties& properties,
                                   const SecretKafkaProperties& secret_properties) {
  Problems problems;
  const KafkaConf conf(rd_kafka_conf_new());
  // Of those that nobody may set the domain's rules say why.
  const auto is_refused = [](const std::string& name) {
    return kafka_property_use(name) == KafkaPropertyUse::never;
  };
  for (const auto& [name, value] : properties)
    if (auto done = set_judged(conf.get(), name, value); !done && !is_refused(name))
      problems.push_back({"properties." + name, done.error().message, 0, 0});
  for (const auto& [name, secret] : secret_properties)
    if (auto done = set_judged(conf.get(), name, "x");
        !done && !is_refused(name) &&
        (!kafka_property_use(name) || done.error().message.starts_with("No such")))
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
    if (auto done = set_judged(conf.get(), name, value); !done)
      return in_property(name, done.error());
  for (const auto& [name, source] : secret_properties) {
    if (kafka_property_use(name) != KafkaPropertyUse::configuration)
      return in_property(name, invalid_input("it is no property that holds a secret"));
    auto secret = read_secret("secret", source.file, source.environment_variable);
    if (!secret) return in_property(name, secret.error());
    if (!set(conf.get(), name, *secret))
      return in_property(name, invalid_input("what the secret holds is refused"));
  }
  for (const Property& property : without_kinit) set_property(conf, property.name, property.value);
  return conf;
}

}  // namespace bellwether::net
