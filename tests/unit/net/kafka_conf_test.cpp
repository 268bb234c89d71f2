#include "bellwether/net/kafka_conf.hpp"

#include <array>
#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include "bellwether/domain/kafka_property.hpp"

namespace bellwether::net {
namespace {

using ::testing::HasSubstr;

/// Names of librdkafka's own list, a table with a property in each row's first column.
std::vector<std::string> known_properties() {
  std::FILE* file = std::tmpfile();
  rd_kafka_conf_properties_show(file);
  std::rewind(file);
  std::vector<std::string> names;
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), line.size(), file) != nullptr) {
    const std::string text = line.data();
    const std::string name = text.substr(0, text.find(' '));
    const bool is_row = text.find('|') != std::string::npos && name != "Property" &&
                        !name.empty() && name.front() != '-';
    if (is_row) names.push_back(name);
  }
  std::fclose(file);
  return names;
}

std::string value_of(const KafkaConf& conf, const char* name) {
  std::array<char, 512> value{};
  std::size_t size = value.size();
  EXPECT_EQ(rd_kafka_conf_get(conf.get(), name, value.data(), &size), RD_KAFKA_CONF_OK);
  return value.data();
}

TEST(KafkaProperties, WereAllJudged) {
  const auto names = known_properties();
  EXPECT_GT(names.size(), 150U);
  for (const std::string& name : names)
    EXPECT_TRUE(kafka_property_use(name))
        << name << " is new: say in src/domain/kafka_property.cpp who may set it";
}

TEST(KafkaProperties, ThatRunCommandsOrLoadCodeAreNobodys) {
  for (const char* name :
       {"sasl.kerberos.kinit.cmd", "sasl.kerberos.keytab", "sasl.kerberos.principal",
        "sasl.kerberos.min.time.before.relogin", "ssl.providers", "ssl.engine.id",
        "ssl.engine.location", "plugin.library.paths", "debug", "internal.termination.signal"}) {
    EXPECT_EQ(kafka_property_use(name), KafkaPropertyUse::never) << name;
    EXPECT_FALSE(make_kafka_conf("127.0.0.1:1", {{name, "x"}}, {})) << name;
    EXPECT_FALSE(make_kafka_conf("127.0.0.1:1", {}, {{name, {"", "PATH"}}})) << name;
  }
}

TEST(KafkaProperties, ThatNameFilesAddressesOrSecretsAreNoneOfTheApi) {
  for (const std::string& name : known_properties()) {
    const bool names_something =
        name.find("location") != std::string::npos || name.find("url") != std::string::npos ||
        name.find("pem") != std::string::npos || name.find("password") != std::string::npos ||
        name.find("secret") != std::string::npos || name.find("path") != std::string::npos ||
        name.find("sasl") != std::string::npos || name.find("ssl") != std::string::npos;
    if (names_something) {
      EXPECT_NE(kafka_property_use(name), KafkaPropertyUse::api) << name;
    }
  }
}

TEST(KafkaProperties, OfATestNobodyHasJudgedAreRefused) {
  // librdkafka knows it and leaves it out of its list.
  const auto problems = validate_kafka_properties({{"test.mock.num.brokers", "3"}}, {});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].field, "properties.test.mock.num.brokers");
  EXPECT_EQ(problems[0].message, "this version of Bellwether does not know what it does");
}

/// The finding's own document: librdkafka pastes the principal into a command line.
TEST(KafkaConf, RunsNoKinit) {
  const std::string witness = ::testing::TempDir() + "/bellwether_kinit_" +
                              std::to_string(::testing::UnitTest::GetInstance()->random_seed());
  std::remove(witness.c_str());
  auto conf = make_kafka_conf("127.0.0.1:1",
                              {{"security.protocol", "sasl_plaintext"},
                               {"sasl.mechanism", "GSSAPI"},
                               {"fetch.max.bytes", "8388608"}},
                              {});
  ASSERT_TRUE(conf) << conf.error().message;
  EXPECT_EQ(value_of(*conf, "sasl.kerberos.kinit.cmd"), ":");
  EXPECT_EQ(value_of(*conf, "sasl.kerberos.min.time.before.relogin"), "0");
  // Even if such a property came by: set behind our back, it is pasted into nothing.
  set_property(*conf, "sasl.kerberos.principal", "x$(touch " + witness + ")");
  std::array<char, 512> what{};
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_CONSUMER, conf->get(), what.data(), what.size());
  ASSERT_NE(client, nullptr) << what.data();
  static_cast<void>(conf->release());
  rd_kafka_poll(client, 100);
  rd_kafka_destroy(client);
  EXPECT_NE(std::remove(witness.c_str()), 0) << "a command was run";
}

TEST(KafkaPeers, AreTheBrokersThemselvesAndTheListedHosts) {
  const KafkaPeers peers("SASL_SSL://First.example:9093, [::1]:9092",
                         {"second.example", "10.0.0.7"});
  for (const char* host : {"first.example", "FIRST.example", "::1", "second.example", "10.0.0.7"})
    EXPECT_TRUE(peers.is_allowed(host)) << host;
  for (const char* host : {"169.254.169.254", "third.example", "first.example.evil", ""})
    EXPECT_FALSE(peers.is_allowed(host)) << host;
}

TEST(KafkaPeers, AreAnyWhereNoneIsListed) {
  EXPECT_TRUE(KafkaPeers("first:1", {}).is_allowed("anything"));
}

struct Client : KafkaPeers {
  using KafkaPeers::KafkaPeers;
  std::string trouble;
};

TEST(KafkaPeers, AreHeldToBeforeAnyoneIsCalled) {
  // The bootstrap server stands in for a host that a broker names: only the check differs.
  Client client("allowed.invalid:1", {"allowed.invalid"});
  auto conf = make_kafka_conf("127.0.0.1:1", {}, {});
  ASSERT_TRUE(conf);
  rd_kafka_conf_set_opaque(conf->get(), static_cast<KafkaPeers*>(&client));
  client.guard(*conf);
  rd_kafka_conf_set_error_cb(conf->get(), [](rd_kafka_t*, int, const char* reason, void* opaque) {
    static_cast<Client*>(static_cast<KafkaPeers*>(opaque))->trouble += reason;
  });
  std::array<char, 512> what{};
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf->get(), what.data(), what.size());
  ASSERT_NE(handle, nullptr) << what.data();
  static_cast<void>(conf->release());
  for (int i = 0; i < 100 && client.trouble.empty(); ++i) rd_kafka_poll(handle, 50);
  rd_kafka_destroy(handle);
  EXPECT_THAT(client.trouble, HasSubstr("Failed to resolve '127.0.0.1:1'"));
}

}  // namespace
}  // namespace bellwether::net
