// Connections of a configuration file, and what detectors of the file may not name either.

#include <gmock/gmock.h>

#include "bad_config.hpp"

namespace bellwether::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string connections = R"(connections:
  - name: lake
    s3: { endpoint: "http://10.0.0.5:9000", paths: ["s3://bucket/shop/"], anonymous: true }
  - name: events
    kafka: { brokers: "k:9092", topics: [orders], allow_hosts: [k2] }
  - name: warehouse
    postgres: { url_env: PG_URL, tables: [orders] }
)";

std::string with_detector(const std::string& source) {
  return connections +
         "detectors:\n  - name: d\n    interval: 1h\n    measures: [{ column: m }]\n" +
         "    source: " + source + "\n";
}

TEST(Connections, AreReadAndUsed) {
  const std::string text =
      with_detector("{ s3: { connection: lake, path: \"s3://bucket/shop/x/\" } }");
  EXPECT_THAT(lines_for(text), IsEmpty());
  const Settings settings = read_settings(text).settings;
  ASSERT_EQ(settings.connections.size(), 3U);
  EXPECT_EQ(std::get<S3Connection>(settings.connections[0].target).endpoint,
            "http://10.0.0.5:9000");
  EXPECT_THAT(std::get<KafkaConnection>(settings.connections[1].target).allow_hosts,
              ElementsAre("k2"));
  EXPECT_FALSE(std::get<PostgresConnection>(settings.connections[2].target).query);
}

TEST(Connections, AreWhatADetectorMayName) {
  EXPECT_THAT(lines_for(with_detector("{ postgres: { connection: lake, table: orders } }")),
              ElementsAre("12:39: detectors[0].source.postgres.connection: 'lake' is a connection "
                          "for s3; known ones for postgres: warehouse"));
  EXPECT_THAT(lines_for(with_detector("{ kafka: { connection: events, topic: payroll } }")),
              ElementsAre(HasSubstr("'payroll' is not among topics of connection 'events'")));
  EXPECT_THAT(
      lines_for(
          with_detector("{ s3: { connection: lake, endpoint: \"http://x\", path: \"s3://b/\" } }")),
      ::testing::Contains(HasSubstr("source.s3.endpoint: is the connection's; leave it out")));
}

TEST(Connections, HaveOneKindAndAName) {
  EXPECT_THAT(lines_for("connections: [{ name: a }]"),
              ElementsAre("1:15: connections[0]: must give the kind of connection: kafka, s3 or "
                          "postgres"));
  EXPECT_THAT(
      lines_for(connections + "  - { name: lake, postgres: { url_env: U, query: true } }\n"),
      ElementsAre("8:13: connections[3].name: 'lake' is the name of connections[0] already"));
  EXPECT_THAT(lines_for("connections: [{ name: a, postgres: { url: x, tables: [t] } }]"),
              ::testing::Contains(HasSubstr("holds a password and is never inline")));
  EXPECT_THAT(lines_for("connections: [{ name: a, kafka: { brokers: b, topics: [t], "
                        "properties: { no.such: x } } }]"),
              ElementsAre(HasSubstr("connections[0].kafka.properties.no.such: No such")));
}

TEST(ConfigurationFile, MayNameNoCommandLibraryOrUser) {
  const auto kafka = [](const std::string& property) {
    return lines_for(
        with_detector("{ kafka: { brokers: b, topic: t, properties: { " + property + " } } }"));
  };
  for (const char* property :
       {"sasl.kerberos.keytab: x", "sasl.kerberos.principal: x", "ssl.providers: x",
        "ssl.engine.id: x", "debug: all", "internal.termination.signal: 9"})
    EXPECT_THAT(kafka(property), ElementsAre(HasSubstr("cannot be set"))) << property;
  EXPECT_THAT(
      lines_for(with_detector(
          "{ s3: { endpoint: \"http://user:pw@127.0.0.1:1\", path: \"s3://bucket/x/\" } }")),
      ElementsAre(HasSubstr("source.s3.endpoint: must not hold a user or password")));
  EXPECT_THAT(lines_for(with_detector(
                  "{ s3: { endpoint: \"http://127.0.0.1:1#\", path: \"s3://bucket/x/\" } }")),
              ElementsAre(HasSubstr("source.s3.endpoint: must not have a fragment")));
  EXPECT_THAT(lines_for("aws: { s3_endpoint: \"https://me@host\" }"),
              ElementsAre(HasSubstr("aws.s3_endpoint: must not hold a user or password")));
  EXPECT_THAT(lines_for("sinks: [{ name: s, webhook: { url: \"https://me:pw@host/x\" } }]"),
              ElementsAre(HasSubstr("sinks[0].webhook.url: must not hold a user or password, which "
                                    "would be shown; use url_file or url_env")));
}

TEST(AllowPaths, AreAbsoluteFolders) {
  EXPECT_THAT(lines_for("server: { allow_paths: [/var/lib/exports] }"), IsEmpty());
  for (const char* path : {"exports", "/var/../etc", "./x", "\"\""})
    EXPECT_THAT(lines_for(std::string("server: { allow_paths: [") + path + "] }"),
                ElementsAre(HasSubstr("server.allow_paths[0]: must be the absolute path")))
        << path;
}

}  // namespace
}  // namespace bellwether::config
