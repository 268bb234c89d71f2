#include "bellwether/domain/source_rights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::array authors{SourceAuthor::configuration, SourceAuthor::admin, SourceAuthor::editor,
                             SourceAuthor::local};

SourceRights the_rights() {
  SourceRights rights;
  rights.allow_paths = {"/var/lib/exports/"};
  rights.connections = {
      {"events", KafkaConnection{.brokers = "kafka:9092",
                                 .properties = {{"security.protocol", "SASL_SSL"}},
                                 .secret_properties = {{"sasl.password", {"/secrets/kafka", ""}}},
                                 .topics = {"orders", "web.*"},
                                 .dead_letter_topics = {"orders-dead"},
                                 .groups = {"reports-*"},
                                 .allow_hosts = {"broker-2"}}},
      {"lake", S3Connection{.endpoint = "http://10.0.0.5:9000",
                            .region = "here",
                            .addressing = S3Addressing::path,
                            .credentials = {"KEY", {"", "LAKE_SECRET"}, {}},
                            .ca_file = "/etc/ca.pem",
                            .paths = {"s3://bucket/shop/", "s3://open/"}}},
      {"warehouse", PostgresConnection{.url = {"", "PG_URL"}, .tables = {"orders", "mart.*"}}},
      {"anything", PostgresConnection{.url = {"", "PG_URL"}, .tables = {}, .query = true}},
  };
  return rights;
}

FileSourceSpec file(std::string path, std::vector<std::string> historical = {}) {
  FileSourceSpec spec;
  spec.path = std::move(path);
  spec.historical = std::move(historical);
  return spec;
}

FileSourceSpec with_links(FileSourceSpec spec) {
  spec.follow_links = true;
  return spec;
}

KafkaSourceSpec topic(std::string connection, std::string name,
                      std::map<std::string, std::string> properties = {}) {
  KafkaSourceSpec spec;
  spec.connection = std::move(connection);
  if (spec.connection.empty()) spec.brokers = "127.0.0.1:9092";
  spec.topic = std::move(name);
  spec.properties = std::move(properties);
  return spec;
}

KafkaSourceSpec with_dead_letters(KafkaSourceSpec spec, std::string name) {
  spec.dead_letter_topic = std::move(name);
  return spec;
}

KafkaSourceSpec with_group(KafkaSourceSpec spec, std::string name) {
  spec.group = std::move(name);
  return spec;
}

KafkaSourceSpec with_secret(KafkaSourceSpec spec) {
  spec.secret_properties = {{"sasl.password", {"/etc/shadow", ""}}};
  return spec;
}

S3SourceSpec bucket(std::string connection, std::string path,
                    std::vector<std::string> historical = {}) {
  S3SourceSpec spec;
  spec.connection = std::move(connection);
  spec.path = std::move(path);
  spec.historical = std::move(historical);
  return spec;
}

S3SourceSpec in_full(std::string endpoint) {
  S3SourceSpec spec = bucket("", "s3://bucket/x/");
  spec.endpoint = std::move(endpoint);
  spec.credentials = {"X", {"", "HOME"}, {"", "AWS_SECRET_ACCESS_KEY"}};
  return spec;
}

PostgresSourceSpec sql(std::string connection, std::string table, std::string query = "") {
  PostgresSourceSpec spec;
  spec.connection = std::move(connection);
  if (spec.connection.empty()) spec.url.environment_variable = "PG_URL";
  spec.table = std::move(table);
  spec.query = std::move(query);
  return spec;
}

/// One source, and who may name it: c(onfiguration), a(dmin), e(ditor), l(ocal).
struct Row {
  const char* what;
  SourceSpec source;
  const char* allowed;
};

std::vector<Row> table() {
  return {
      {"pushed rows", HttpSourceSpec{}, "cael"},

      {"a file anywhere", file("/etc/shadow"), "c"},
      {"a file of the allowed folder", file("/var/lib/exports/a.csv"), "ca"},
      {"a glob there", file("/var/lib/exports/*/a.csv"), "ca"},
      {"history there", file("", {"/var/lib/exports/old.csv"}), "ca"},
      {"history elsewhere", file("/var/lib/exports/a.csv", {"/etc/shadow"}), "c"},
      {"a way out of it", file("/var/lib/exports/../../../etc/shadow"), "c"},
      {"a folder of a like name", file("/var/lib/exports2/a.csv"), "c"},
      {"the folder itself", file("/var/lib/exports/"), "c"},
      {"a wildcard in its name", file("/var/lib/export?/a.csv"), "c"},
      {"a relative path", file("var/lib/exports/a.csv"), "c"},
      {"links out of the folder", with_links(file("/var/lib/exports/a.csv")), "c"},

      {"a broker", topic("", "orders"), "c"},
      {"a broker and a secret", with_secret(topic("", "orders")), "c"},
      {"a broker and properties", topic("", "orders", {{"ssl.ca.location", "/etc/ca"}}), "c"},
      {"a listed topic", topic("events", "orders"), "cae"},
      {"a topic by its beginning", topic("events", "web.clicks"), "cae"},
      {"another topic", topic("events", "payroll"), ""},
      {"a topic that begins like one", topic("events", "orders2"), ""},
      {"a tuning property", topic("events", "orders", {{"fetch.wait.max.ms", "100"}}), "cae"},
      {"a property that names a file", topic("events", "orders", {{"ssl.ca.location", "/x"}}), "c"},
      {"a property nobody has judged", topic("events", "orders", {{"new.one", "x"}}), "c"},
      {"a property of the connection", topic("events", "orders", {{"security.protocol", "x"}}), ""},
      {"a Kerberos keytab", topic("events", "orders", {{"sasl.kerberos.keytab", "x"}}), ""},
      {"a Kerberos command in full", topic("", "o", {{"sasl.kerberos.principal", "$(id)"}}), ""},
      {"a library", topic("", "orders", {{"ssl.providers", "/tmp/evil.so"}}), ""},
      {"an engine", topic("", "orders", {{"ssl.engine.id", "evil"}}), ""},
      {"a plugin", topic("", "orders", {{"plugin.library.paths", "evil"}}), ""},
      {"a listed dead letter topic", with_dead_letters(topic("events", "orders"), "orders-dead"),
       "cae"},
      {"another dead letter topic", with_dead_letters(topic("events", "orders"), "payroll"), ""},
      {"a listed group", with_group(topic("events", "orders"), "reports-1"), "cae"},
      {"another group", with_group(topic("events", "orders"), "billing"), ""},
      {"a missing connection", topic("nowhere", "orders"), ""},
      {"a connection of another kind", topic("lake", "orders"), ""},

      {"an endpoint", in_full("http://169.254.169.254"), "c"},
      {"AWS itself with the server's own keys", bucket("", "s3://bucket/shop/"), "c"},
      {"an endpoint with a user", in_full("http://user:pw@127.0.0.1:19169"), ""},
      {"an endpoint with a fragment", in_full("http://127.0.0.1:19169#"), ""},
      {"a listed folder", bucket("lake", "s3://bucket/shop/{{yyyyMMdd}}/"), "cae"},
      {"a listed bucket", bucket("lake", "s3://open/anything/"), "cae"},
      {"another folder", bucket("lake", "s3://bucket/payroll/"), ""},
      {"another bucket", bucket("lake", "s3://opener/x/"), ""},
      {"a folder by way of a listed one", bucket("lake", "s3://bucket/shop/../payroll/"), ""},
      {"the same by a template", bucket("lake", "s3://bucket/shop/.{{.}}/payroll/"), ""},
      {"the same in its quotes", bucket("lake", "s3://bucket/shop/{{'../payroll/'yyyy}}/"), ""},
      {"a template in place of the folder", bucket("lake", "s3://bucket/{{yyyy}}/"), ""},
      {"listed history", bucket("lake", "", {"s3://bucket/shop/old.csv"}), "cae"},
      {"other history", bucket("lake", "s3://bucket/shop/", {"s3://bucket/old.csv"}), ""},
      {"no such connection", bucket("nowhere", "s3://bucket/shop/"), ""},

      {"a URL in a variable", sql("", "orders"), "c"},
      {"a listed table", sql("warehouse", "orders"), "cae"},
      {"the same in quotes", sql("warehouse", "\"orders\""), "cae"},
      {"a table of a listed schema", sql("warehouse", "mart.daily"), "cae"},
      {"another table", sql("warehouse", "payroll"), ""},
      {"another schema", sql("warehouse", "hr.orders"), ""},
      {"a schema inside of a listed one", sql("warehouse", "mart.hr.payroll"), ""},
      {"a quoted name that reads like one", sql("warehouse", "\"mart.daily\""), ""},
      {"a query where tables are listed", sql("warehouse", "", "SELECT :from, :to"), ""},
      {"a query where it is allowed", sql("anything", "", "SELECT :from, :to"), "cae"},
      {"any table where a query is allowed", sql("anything", "payroll"), "cae"},
  };
}

bool is_allowed(SourceAuthor author, const char* allowed) {
  constexpr std::array letters{'c', 'a', 'e', 'l'};
  return std::string(allowed).find(letters[static_cast<std::size_t>(author)]) != std::string::npos;
}

TEST(SourceRights, AreWhatTheTableSays) {
  const SourceRights rights = the_rights();
  for (const Row& row : table())
    for (const SourceAuthor author : authors) {
      const Problems problems = find_forbidden(row.source, author, rights);
      EXPECT_EQ(problems.empty(), is_allowed(author, row.allowed))
          << row.what << ", author " << static_cast<int>(author)
          << (problems.empty() ? ""
                               : ": " + problems.front().field + ": " + problems.front().message);
      const auto resolved = resolve_source(row.source, author, rights);
      EXPECT_EQ(resolved.has_value(), problems.empty());
      if (resolved) {
        EXPECT_THAT(validate(*resolved), IsEmpty()) << row.what;
      }
    }
}

TEST(SourceRights, NameEveryKindOfSource) {
  std::set<std::size_t> kinds;
  for (const Row& row : table()) kinds.insert(row.source.index());
  EXPECT_EQ(kinds.size(), std::variant_size_v<SourceSpec>);
}

TEST(SourceRights, AllowNoFileWhereNoFolderIsListed) {
  const auto problems = find_forbidden(file("/a.csv"), SourceAuthor::admin, SourceRights{});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].field, "source.file.path");
  EXPECT_EQ(problems[0].message,
            "'/a.csv' does not lie below server.allow_paths (which lists no folder)");
}

TEST(SourceRights, SayWhatWouldBeRight) {
  const auto forbidden = [](const SourceSpec& source, SourceAuthor author) {
    return find_forbidden(source, author, the_rights()).at(0);
  };
  const Problem s3 = forbidden(in_full("http://127.0.0.1:9000"), SourceAuthor::editor);
  EXPECT_EQ(s3.field, "source.s3.connection");
  EXPECT_THAT(s3.message, HasSubstr("known ones for s3: lake"));
  EXPECT_THAT(forbidden(topic("", "o"), SourceAuthor::local).message,
              HasSubstr("configure tokens"));
  EXPECT_THAT(forbidden(sql("warehouse", "payroll"), SourceAuthor::admin).message,
              HasSubstr("'payroll' is not among tables of connection 'warehouse'"));
  EXPECT_THAT(forbidden(topic("lake", "o"), SourceAuthor::admin).message,
              HasSubstr("'lake' is a connection for s3"));
}

TEST(ResolvedSource, HasWhatItsConnectionSays) {
  const SourceRights rights = the_rights();
  const auto kafka = std::get<KafkaSourceSpec>(*resolve_source(
      topic("events", "orders", {{"fetch.min.bytes", "1"}}), SourceAuthor::editor, rights));
  EXPECT_EQ(kafka.brokers, "kafka:9092");
  EXPECT_EQ(kafka.properties.at("security.protocol"), "SASL_SSL");
  EXPECT_EQ(kafka.properties.at("fetch.min.bytes"), "1");
  EXPECT_EQ(kafka.secret_properties.at("sasl.password").file, "/secrets/kafka");
  EXPECT_THAT(kafka.allow_hosts, ElementsAre("broker-2"));

  const auto s3 = std::get<S3SourceSpec>(
      *resolve_source(bucket("lake", "s3://open/x/"), SourceAuthor::editor, rights));
  EXPECT_EQ(s3.endpoint, "http://10.0.0.5:9000");
  EXPECT_EQ(s3.region, "here");
  EXPECT_EQ(s3.addressing, S3Addressing::path);
  EXPECT_EQ(s3.credentials.secret.environment_variable, "LAKE_SECRET");
  EXPECT_EQ(s3.ca_file, "/etc/ca.pem");

  const auto postgres = std::get<PostgresSourceSpec>(
      *resolve_source(sql("warehouse", "orders"), SourceAuthor::editor, rights));
  EXPECT_EQ(postgres.url.environment_variable, "PG_URL");
}

TEST(ResolvedSource, IsHeldToTheAllowedFoldersOverTheApiAlone) {
  const SourceSpec source = file("/var/lib/exports/a.csv");
  const auto folders = [&](SourceAuthor author) {
    return std::get<FileSourceSpec>(*resolve_source(source, author, the_rights())).only_below;
  };
  EXPECT_THAT(folders(SourceAuthor::admin), ElementsAre("/var/lib/exports/"));
  EXPECT_THAT(folders(SourceAuthor::configuration), IsEmpty());
}

TEST(ConnectionSpec, IsRefusedWithWhatWouldBeRight) {
  const auto first = [](ConnectionTarget target) {
    const Problems problems = validate(ConnectionSpec{"c", std::move(target)});
    return problems.empty() ? std::string() : problems[0].field + ": " + problems[0].message;
  };
  KafkaConnection kafka{
      .brokers = "h:1", .properties = {}, .secret_properties = {}, .topics = {"t"}};
  EXPECT_EQ(first(kafka), "");
  kafka.topics = {"t*x"};
  EXPECT_EQ(first(kafka), "kafka.topics[0]: must be a name, or its beginning with * at the end");
  kafka.topics = {};
  EXPECT_EQ(first(kafka), "kafka.topics: must list the topics that may be read");
  kafka.topics = {"*"};
  kafka.properties = {{"ssl.providers", "/tmp/evil.so"}};
  EXPECT_THAT(first(kafka), HasSubstr("kafka.properties.ssl.providers: cannot be set"));
  kafka.properties = {{"sasl.password", "x"}};
  EXPECT_THAT(first(kafka), HasSubstr("secrets are never inline"));

  S3Connection s3{.endpoint = "", .region = "", .paths = {"s3://bucket/"}};
  EXPECT_EQ(first(s3), "");
  s3.paths = {"s3://bucket/folder"};
  EXPECT_THAT(first(s3), HasSubstr("s3.paths[0]: must be a folder"));
  s3.paths = {"s3://bucket/../"};
  EXPECT_THAT(first(s3), HasSubstr("s3.paths[0]: must be a folder"));
  s3.paths = {"s3://bucket/"};
  s3.endpoint = "https://user@host";
  EXPECT_THAT(first(s3), HasSubstr("s3.endpoint: must not hold a user or password"));

  EXPECT_THAT(first(PostgresConnection{.url = {"", "U"}, .tables = {}}),
              HasSubstr("postgres.tables: must list"));
  EXPECT_THAT(first(PostgresConnection{.url = {}, .tables = {"t"}}),
              HasSubstr("postgres.url_file: must give either"));
}

}  // namespace
}  // namespace bellwether
