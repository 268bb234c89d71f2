#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/net/crypto.hpp"

#include "api_house.hpp"

// What documents that come over HTTP may name, by role. Each refused one is what an attack sent.

namespace bellwether::api {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view lake =
    R"({"name":"lake","s3":{"endpoint":"http://10.0.0.5:9000","paths":["s3://bucket/shop/"]}})";
constexpr std::string_view events =
    R"({"name":"events","kafka":{"brokers":"10.0.0.6:9092","topics":["orders"]}})";
constexpr std::string_view warehouse =
    R"({"name":"warehouse","postgres":{"url_env":"PG_URL","tables":["orders"]}})";

class SourceGate : public ::testing::Test {
 protected:
  SourceGate() {
    settings_.tokens = {{"vera", Role::viewer, net::sha256_hex("viewer")},
                        {"ed", Role::editor, net::sha256_hex("editor")},
                        {"ada", Role::admin, net::sha256_hex("admin")}};
    settings_.allow_paths = {"/var/lib/exports"};
  }

  static void connect(ApiHouse& house) {
    for (const auto& [name, document] :
         {std::pair("lake", lake), std::pair("events", events), std::pair("warehouse", warehouse)})
      house.store->catalog()
          .put(store::CatalogKind::connection, name, std::string(document), true)
          .value();
  }

  static std::string document(const std::string& source) {
    return R"({"name":"d","interval":"1h","timestamp":{"column":"t","format":"RFC3339"},)"
           R"("measures":[{"column":"m","aggregate":"count"}],"active":false,"source":)" +
           source + "}";
  }

  /// Empty role: no token is configured and none is sent.
  static Response create(ApiHouse& house, const std::string& role, const std::string& source) {
    Headers headers;
    if (!role.empty()) headers["authorization"] = "Bearer " + role;
    return house.send("POST", "/api/v1/detectors", document(source), headers);
  }

  ApiSettings settings_;
};

/// A source in the words of a document, and who may make it: v(iewer), e(ditor), a(dmin), l(ocal).
struct Row {
  const char* source;
  const char* allowed;
};

constexpr std::array rows{
    Row{R"({"http":{}})", "eal"},
    Row{R"({"file":{"path":"/var/lib/exports/a.csv"}})", "a"},
    Row{R"({"file":{"historical":["/etc/shadow"]}})", ""},
    Row{R"({"file":{"path":"/var/lib/exports/../../../etc/shadow"}})", ""},
    Row{R"({"file":{"path":"/var/lib/exports/a.csv","follow_links":true}})", ""},
    Row{R"({"kafka":{"connection":"events","topic":"orders"}})", "ea"},
    Row{R"({"kafka":{"connection":"events","topic":"payroll"}})", ""},
    Row{R"({"kafka":{"connection":"events","topic":"orders","dead_letter_topic":"x"}})", ""},
    Row{R"({"kafka":{"connection":"events","topic":"orders","properties":{"client.id":"x"}}})",
        "ea"},
    Row{R"({"kafka":{"connection":"events","topic":"orders",)"
        R"("properties":{"security.protocol":"ssl","ssl.ca.location":"/etc/shadow"}}})",
        ""},
    Row{R"({"kafka":{"brokers":"127.0.0.1:1","topic":"t"}})", ""},
    Row{R"({"kafka":{"brokers":"127.0.0.1:1","topic":"t","properties":{)"
        R"("security.protocol":"sasl_plaintext","sasl.mechanism":"GSSAPI",)"
        R"-("sasl.kerberos.keytab":"x","sasl.kerberos.principal":"x$(id > /tmp/pwned)"}}})-",
        ""},
    Row{R"({"kafka":{"brokers":"127.0.0.1:1","topic":"t","properties":{)"
        R"("security.protocol":"ssl","ssl.providers":"/tmp/evil.so"}}})",
        ""},
    Row{R"({"s3":{"connection":"lake","path":"s3://bucket/shop/{{HHmm}}/"}})", "ea"},
    Row{R"({"s3":{"connection":"lake","path":"s3://bucket/payroll/"}})", ""},
    Row{R"({"s3":{"endpoint":"http://127.0.0.1:19169","addressing":"path","credentials":{)"
        R"("access_key_id":"X","secret_env":"HOME",)"
        R"("session_token_env":"AWS_SECRET_ACCESS_KEY"},"historical":["s3://bucket/x"]}})",
        ""},
    Row{R"({"s3":{"endpoint":"http://169.254.169.254","anonymous":true,"addressing":"path",)"
        R"("historical":["s3://latest/meta-data/iam/security-credentials/role"]}})",
        ""},
    Row{R"({"s3":{"path":"s3://bucket/shop/"}})", ""},
    Row{R"({"s3":{"ca_file":"/etc/passwd","path":"s3://bucket/shop/"}})", ""},
    Row{R"({"s3":{"endpoint":"http://user:pw@127.0.0.1:19169","path":"s3://bucket/x/"}})", ""},
    Row{R"({"postgres":{"connection":"warehouse","table":"orders"}})", "ea"},
    Row{R"({"postgres":{"connection":"warehouse","table":"payroll"}})", ""},
    Row{R"({"postgres":{"connection":"warehouse",)"
        R"("query":"SELECT pg_read_file('/etc/hostname') WHERE :from < :to"}})",
        ""},
    Row{R"({"postgres":{"url_env":"PG_URL","table":"t"}})", ""},
    Row{R"({"postgres":{"url_file":"/dev/ptmx","table":"t"}})", ""},
};

TEST_F(SourceGate, IsTheTablesForEveryRole) {
  for (const std::string role : {"viewer", "editor", "admin", ""}) {
    if (role.empty()) settings_.tokens.clear();
    const char letter = role.empty() ? 'l' : role.front();
    ApiHouse house(settings_);
    connect(house);
    for (const Row& row : rows) {
      const bool is_allowed = std::string_view(row.allowed).find(letter) != std::string_view::npos;
      const Response made = create(house, role, row.source);
      EXPECT_EQ(made.status, is_allowed ? 201 : 403) << role << " " << row.source << made.body;
      EXPECT_EQ(house.store->catalog().list(store::CatalogKind::detector)->size(),
                is_allowed ? 1U : 0U);
      if (is_allowed) house.store->catalog().erase(store::CatalogKind::detector, "d").value();
      if (role == "viewer") break;  // By the route, whatever the document says.
    }
  }
}

TEST_F(SourceGate, IsTheSameForReplacing) {
  ApiHouse house(settings_);
  connect(house);
  ASSERT_EQ(create(house, "editor", R"({"http":{}})").status, 201);
  for (const Row& row : rows) {
    const bool is_allowed = std::string_view(row.allowed).find('e') != std::string_view::npos;
    const Response replaced = house.send("PUT", "/api/v1/detectors/d", document(row.source),
                                         {{"authorization", "Bearer editor"}});
    EXPECT_EQ(replaced.status, is_allowed ? 200 : 403) << row.source << replaced.body;
  }
}

TEST_F(SourceGate, SaysWhatIsNotAllowedAndWhatWouldBeRight) {
  ApiHouse house(settings_);
  connect(house);
  const Response refused = create(house, "editor", R"({"postgres":{"url_env":"X","table":"t"}})");
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(at(refused, "errors.0.field"), "source.postgres.connection");
  EXPECT_THAT(at(refused, "errors.0.message"), HasSubstr("known ones for postgres: warehouse"));
}

TEST_F(SourceGate, TakesWhatItShowsOfWhatItLetIn) {
  ApiHouse house(settings_);
  connect(house);
  const Headers token{{"authorization", "Bearer editor"}};
  for (const char* source : {R"({"kafka":{"connection":"events","topic":"orders"}})",
                             R"({"s3":{"connection":"lake","path":"s3://bucket/shop/x/"}})",
                             R"({"postgres":{"connection":"warehouse","table":"orders"}})"}) {
    ASSERT_EQ(house.send("POST", "/api/v1/detectors", document(source), token).status, 201);
    const Response shown = house.send("GET", "/api/v1/detectors/d", "", token);
    EXPECT_EQ(house.send("PUT", "/api/v1/detectors/d", shown.body, token).status, 200);
    house.store->catalog().erase(store::CatalogKind::detector, "d").value();
  }
}

TEST_F(SourceGate, LetsNobodyMakeSinksOrConnections) {
  ApiHouse house(settings_);
  const Headers token{{"authorization", "Bearer admin"}};
  for (const char* path : {"/api/v1/sinks", "/api/v1/connections"})
    for (const char* method : {"POST", "PUT", "GET"})
      EXPECT_EQ(
          house.send(method, path, method == std::string_view("GET") ? "" : "{}", token).status,
          404)
          << method << path;
  for (const Route& route : house.gateway->routes()) {
    EXPECT_EQ(route.path.find("sinks"), std::string::npos) << route.path;
    EXPECT_EQ(route.path.find("connections"), std::string::npos) << route.path;
  }
}

TEST_F(SourceGate, LetsAdminsAloneForget) {
  ApiHouse house(settings_);
  house.add_detector();
  const auto replace = [](ApiHouse& to, const std::string& token) {
    Headers headers;
    if (!token.empty()) headers["authorization"] = "Bearer " + token;
    return to.send("PUT", "/api/v1/detectors/shop?forget=true", ApiHouse::detector_text("shop"),
                   headers);
  };
  const Response refused = replace(house, "editor");
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(at(refused, "detail"), HasSubstr("needs the role admin; 'ed' is editor"));
  EXPECT_EQ(replace(house, "admin").status, 200);

  ApiHouse without_tokens;
  without_tokens.add_detector();
  EXPECT_EQ(replace(without_tokens, "").status, 200);
  EXPECT_EQ(without_tokens.send("DELETE", "/api/v1/detectors/shop").status, 202);
}

TEST_F(SourceGate, RemembersEveryOrderWithItsAuthor) {
  ApiHouse house(settings_);
  const Headers token{{"authorization", "Bearer admin"}};
  ASSERT_EQ(create(house, "editor", R"({"http":{}})").status, 201);
  ASSERT_EQ(house.send("PUT", "/api/v1/detectors/d", document(R"({"http":{}})"), token).status,
            200);
  for (const char* order : {"activate", "deactivate", "backtest", "deactivate"}) {
    EXPECT_EQ(house.send("POST", std::string("/api/v1/detectors/d/") + order, "", token).status,
              202)
        << order;
    house.say_status("d", "deactivated");
  }
  EXPECT_EQ(house.send("DELETE", "/api/v1/detectors/d", "", token).status, 202);

  const Response changes = house.send("GET", "/api/v1/audit?name=d", "", token);
  const std::array expected{
      std::pair("desired state", "deleted"), std::pair("desired state", "inactive"),
      std::pair("desired state", "backtest"), std::pair("desired state", "inactive"),
      std::pair("desired state", "active")};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const std::string change = "changes." + std::to_string(i);
    EXPECT_EQ(at(changes, change + ".kind"), expected[i].first);
    EXPECT_EQ(at(changes, change + ".after"), expected[i].second);
    EXPECT_EQ(at(changes, change + ".author"), "ada");
  }
  EXPECT_EQ(at(changes, "changes.5.kind"), "detector");
  EXPECT_EQ(at(changes, "changes.5.author"), "ada");
  EXPECT_EQ(at(changes, "changes.6.author"), "ed");
  EXPECT_EQ(at(changes, "changes.6.before"), "null");
  EXPECT_EQ(at(changes, "changes.7.kind"), "nothing");
  EXPECT_EQ(house.send("GET", "/api/v1/audit?kind=desired%20state", "", token).status, 200);
}

}  // namespace
}  // namespace bellwether::api
