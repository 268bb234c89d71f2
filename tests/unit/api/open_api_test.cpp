#include "open_api.hpp"

#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "api_house.hpp"
#include "schema_validator.hpp"
#include "stored_history.hpp"

namespace bellwether::api {
namespace {

using document::Node;

constexpr const char* group_id = "00000000-0000-5000-8000-000000000001";

/// A house with something of everything, and its own description of itself.
class OpenApi : public ::testing::Test {
 protected:
  void SetUp() override {
    house.add_detector("shop");
    house.add_detector("second");
    house.add_sink("ops");
    StoredHistory history(*house.store);
    history.add_series("", "");
    history.add_series("NL", "tv");
    history.commit_hour({StoredHistory::group(group_id, 77)});
    house.post("/api/v1/alerts", R"({"name":"a","detector":"shop","severity":70,"sinks":["ops"]})");
    house.post("/api/v1/alerts", R"({"name":"b","detector":"shop","sinks":["ops"]})");
    house.post("/api/v1/anomalies/" + std::string(group_id) + "/feedback",
               R"({"is_anomaly":true})");
    silence_id = at(
        house.post("/api/v1/silences", R"({"until":"2026-03-21T00:00:00Z","reason":"r"})"), "id");
    delivery_id = at(house.post("/api/v1/alerts/a/test"), "deliveries.0.id");
    description = json_of(house.get("/api/openapi.json"));
  }

  /// Sends a request and holds the answer to what the document says of it.
  Response ask(const std::string& method, const std::string& path, const std::string& target,
               const std::string& body = "", const Headers& headers = {}) {
    const Response response = house.send(method, target, body, headers);
    asked.insert({method, path});
    const std::string what = method + " " + target + " -> " + std::to_string(response.status);
    std::string key = method;
    std::ranges::transform(key, key.begin(), [](unsigned char c) { return std::tolower(c); });
    const Node* operation = find({"paths", path, key});
    if (operation == nullptr) {
      ADD_FAILURE() << what << " is not in the document";
      return response;
    }
    const Node* answer = operation->find("responses")->find(std::to_string(response.status));
    if (answer == nullptr) {
      ADD_FAILURE() << what << ": the status is not in the document: " << response.body;
      return response;
    }
    check_content(response, *answer, what);
    return response;
  }

  void check_content(const Response& response, const Node& answer, const std::string& what) {
    const Node* content = answer.find("content");
    if (content == nullptr) {
      EXPECT_EQ(response.body, "") << what;
      return;
    }
    const Node* media = content->find(response.content_type);
    ASSERT_NE(media, nullptr) << what << ": " << response.content_type;
    if (response.content_type.find("json") == std::string::npos) return;
    const auto body = document::parse_json(response.body);
    ASSERT_TRUE(body) << what << ": " << response.body;
    for (const std::string& fault :
         SchemaValidator(*find({"components", "schemas"})).check(*body, *media->find("schema")))
      ADD_FAILURE() << what << ": " << fault << "\n" << response.body;
  }

  const Node* find(const std::vector<std::string>& keys) const {
    const Node* here = &description;
    for (const std::string& key : keys) here = here == nullptr ? nullptr : here->find(key);
    return here;
  }

  ApiHouse house;
  Node description;
  std::string silence_id;
  std::string delivery_id;
  std::set<std::pair<std::string, std::string>> asked;
};

TEST_F(OpenApi, IsTrueOfEveryOperation) {
  const std::string v1 = "/api/v1";
  const std::string detector = v1 + "/detectors/{name}";
  const std::string shop = v1 + "/detectors/shop";
  const std::string anomaly = v1 + "/anomalies/" + std::string(group_id);
  ask("GET", v1 + "/detectors", v1 + "/detectors?limit=1");
  ask("POST", v1 + "/detectors", v1 + "/detectors", ApiHouse::detector_text("third"));
  ask("POST", v1 + "/detectors", v1 + "/detectors", ApiHouse::detector_text("third"));
  ask("POST", v1 + "/detectors", v1 + "/detectors", "{}");
  const Response shown = ask("GET", detector, shop);
  ask("GET", detector, v1 + "/detectors/none");
  ask("PUT", detector, shop, shown.body);
  ask("PUT", detector, shop, shown.body, {{"if-match", "\"1\""}});
  ask("POST", detector + "/deactivate", v1 + "/detectors/second/deactivate");
  ask("POST", detector + "/activate", v1 + "/detectors/second/activate");
  ask("POST", detector + "/backtest", v1 + "/detectors/second/backtest");
  ask("DELETE", detector, v1 + "/detectors/second");
  ask("POST", detector + "/rows", shop + "/rows", "{broken\n",
      {{"content-type", "application/x-ndjson"}});
  ask("POST", detector + "/rows", shop + "/rows", "x", {{"content-type", "text/html"}});
  const Headers firehose{{"x-amz-firehose-request-id", "one"}};
  ask("POST", detector + "/firehose", shop + "/firehose", R"({"records":[]})", firehose);
  ask("POST", detector + "/firehose", shop + "/firehose", "[]", firehose);
  ask("POST", detector + "/firehose", v1 + "/detectors/none/firehose", "{}", firehose);
  const Headers remote_write{{"content-type", "application/x-protobuf"},
                             {"content-encoding", "snappy"}};
  const std::string nothing(1, '\0');  // An empty message, packed.
  ask("POST", detector + "/prometheus", shop + "/prometheus", nothing, remote_write);
  ask("POST", detector + "/prometheus", shop + "/prometheus", "x", remote_write);
  ask("POST", detector + "/prometheus", shop + "/prometheus", "x");
  ask("GET", detector + "/series", shop + "/series");
  ask("GET", detector + "/points", shop + "/points?measure=views");
  ask("GET", detector + "/points", shop + "/points?measure=views&from=soon");
  ask("GET", detector + "/quality", shop + "/quality");
  ask("GET", v1 + "/anomalies", v1 + "/anomalies");
  ask("GET", v1 + "/anomalies/{id}", anomaly);
  ask("GET", v1 + "/anomalies/{id}/series", anomaly + "/series");
  ask("GET", v1 + "/anomalies/{id}/feedback", anomaly + "/feedback");
  ask("POST", v1 + "/anomalies/{id}/feedback", anomaly + "/feedback", R"({"is_anomaly":false})");
  const std::string feedback_id = at(house.get(anomaly + "/feedback"), "feedback.0.id");
  ask("DELETE", v1 + "/anomalies/{id}/feedback/{feedback_id}",
      anomaly + "/feedback/" + feedback_id);
  ask("GET", v1 + "/anomalies/{id}/feedback", anomaly + "/feedback");
  ask("GET", v1 + "/alerts", v1 + "/alerts");
  ask("POST", v1 + "/alerts", v1 + "/alerts", R"({"name":"c","detector":"shop","sinks":["ops"]})");
  const Response alert = ask("GET", v1 + "/alerts/{name}", v1 + "/alerts/a");
  ask("PUT", v1 + "/alerts/{name}", v1 + "/alerts/a", alert.body);
  ask("POST", v1 + "/alerts/{name}/test", v1 + "/alerts/a/test");
  ask("DELETE", v1 + "/alerts/{name}", v1 + "/alerts/b");
  ask("GET", v1 + "/silences", v1 + "/silences");
  ask("POST", v1 + "/silences", v1 + "/silences",
      R"({"detector":"shop","until":"2026-03-21T00:00:00Z","reason":"r"})");
  ask("DELETE", v1 + "/silences/{id}", v1 + "/silences/" + silence_id);
  ask("POST", v1 + "/silences", v1 + "/silences",
      R"({"recurring":{"weekdays":["sat"],"from":"22:00","until":"06:00"},"reason":"r"})");
  const std::string acknowledgement = v1 + "/anomalies/{id}/acknowledgement";
  ask("GET", acknowledgement, anomaly + "/acknowledgement");
  ask("POST", acknowledgement, anomaly + "/acknowledgement", R"({"comment":"mine"})");
  ask("POST", acknowledgement, anomaly + "/acknowledgement", R"({"anomaly_id":"x"})");
  ask("GET", acknowledgement, anomaly + "/acknowledgement");
  ask("GET", v1 + "/anomalies/{id}", anomaly);
  ask("DELETE", acknowledgement, anomaly + "/acknowledgement");
  ask("GET", v1 + "/anomalies/{id}/trace", anomaly + "/trace");
  ask("GET", v1 + "/anomalies/{id}/trace", v1 + "/anomalies/none/trace");
  ask("GET", detector + "/trace", shop + "/trace?measure=views&at=2026-03-19T00:30:00Z");
  ask("GET", detector + "/trace", shop + "/trace?measure=views&at=2027-03-19T00:30:00Z");
  ask("GET", detector + "/trace", shop + "/trace");
  ask("GET", v1 + "/audit", v1 + "/audit");
  ask("GET", v1 + "/audit", v1 + "/audit?kind=alert&name=b&limit=1");
  ask("GET", v1 + "/audit", v1 + "/audit?cursor=zz");
  ask("GET", v1 + "/deliveries", v1 + "/deliveries");
  ask("GET", v1 + "/deliveries/{id}", v1 + "/deliveries/" + delivery_id);
  ask("POST", v1 + "/deliveries/{id}/redrive", v1 + "/deliveries/" + delivery_id + "/redrive");
  ask("GET", v1 + "/deliveries", v1 + "/deliveries?sink=ops&event=opened&anomaly=x&detector=shop");
  const std::string redrive = v1 + "/deliveries/redrive";
  ask("POST", redrive, redrive, R"({"sink":"ops"})");
  ask("POST", redrive, redrive, R"({"all":true})");
  ask("POST", redrive, redrive, "{}");
  ask("GET", "/healthz", "/healthz");
  ask("GET", "/readyz", "/readyz");
  house.health.report("outbox", false, "starting");
  ask("GET", "/readyz", "/readyz");
  ask("GET", "/metrics", "/metrics");
  ask("GET", "/api/openapi.json", "/api/openapi.json");

  for (const Route& route : house.gateway->routes())
    EXPECT_TRUE(asked.contains({route.method, route.path}))
        << route.method << " " << route.path << " was not tried";
}

TEST_F(OpenApi, NamesExactlyTheRoutesThatAreServed) {
  std::size_t operations = 0;
  for (const auto& [path, methods] : *find({"paths"})->as<Node::Map>())
    operations += methods.as<Node::Map>()->size();

  EXPECT_EQ(operations, house.gateway->routes().size());
  std::set<std::string> ids;
  for (const Route& route : house.gateway->routes())
    EXPECT_TRUE(ids.insert(route.operation).second) << route.operation << " stands twice";
}

TEST_F(OpenApi, RefersToNothingThatIsMissing) {
  const std::string text = document::to_json(description);
  const std::string prefix = "#/components/schemas/";
  for (std::size_t at = text.find(prefix); at != std::string::npos;
       at = text.find(prefix, at + 1)) {
    const std::size_t begin = at + prefix.size();
    const std::string name = text.substr(begin, text.find('"', begin) - begin);
    EXPECT_NE(find({"components", "schemas", name}), nullptr) << name;
  }
}

/// Every path of members in a schema, `filters.measures`, `where[].in`.
void add_paths(const Node& schemas, const Node& schema, const std::string& path,
               std::set<std::string>& paths) {
  if (const Node* reference = schema.find("$ref")) {
    const std::string name = *reference->as<std::string>();
    add_paths(schemas, *schemas.find(name.substr(name.rfind('/') + 1)), path, paths);
  }
  if (const Node* items = schema.find("items")) add_paths(schemas, *items, path + "[]", paths);
  const Node* properties = schema.find("properties");
  if (properties == nullptr) return;
  for (const auto& [name, member] : *properties->as<Node::Map>()) {
    const std::string member_path = path.empty() ? name : path + "." + name;
    paths.insert(member_path);
    add_paths(schemas, member, member_path, paths);
  }
}

template <class Spec>
void expect_same_fields(const Node& schemas, const char* schema, Spec (*read)(document::Section&)) {
  document::Section::KnownPaths read_paths;
  const Node nothing(Node::Map{});
  Problems problems;
  document::Section section(nothing, "", problems, &read_paths);
  read(section);
  std::set<std::string> told_paths;
  add_paths(schemas, *schemas.find(schema), "", told_paths);
  EXPECT_EQ(told_paths, read_paths) << schema;
}

TEST_F(OpenApi, TellsEveryFieldThatIsRead) {
  const Node& schemas = *find({"components", "schemas"});
  expect_same_fields(schemas, "DetectorSpec", document::read_detector);
  expect_same_fields(schemas, "AlertSpec", document::read_alert);
  expect_same_fields(schemas, "Silence", document::read_silence);
}

TEST_F(OpenApi, SaysWhoMayCallWhat) {
  EXPECT_EQ(document::to_json(*find({"paths", "/healthz", "get", "security"})), "[]");
  EXPECT_EQ(document::to_json(*find({"paths", "/metrics", "get", "security"})),
            R"([{"bearer":[]}])");
  EXPECT_EQ(
      document::to_json(*find({"paths", "/api/v1/detectors/{name}/firehose", "post", "security"})),
      R"([{"bearer":[]},{"X-Amz-Firehose-Access-Key":[]}])");
  EXPECT_NE(find({"components", "securitySchemes", "X-Amz-Firehose-Access-Key"}), nullptr);
  EXPECT_NE(find({"paths", "/metrics", "get", "responses", "401"}), nullptr);
  EXPECT_EQ(*find({"openapi"}), Node("3.1.0"));
}

TEST_F(OpenApi, SaysWhichHeadersMustBeThere) {
  const Node* operation = find({"paths", "/api/v1/detectors/{name}/firehose", "post"});
  ASSERT_NE(operation, nullptr);
  std::set<std::string> required;
  for (const Node& parameter : std::get<Node::List>(operation->find("parameters")->value()))
    if (std::get<bool>(parameter.find("required")->value()))
      required.insert(std::get<std::string>(parameter.find("name")->value()));
  EXPECT_EQ(required, (std::set<std::string>{"name", "X-Amz-Firehose-Request-Id"}));
  EXPECT_EQ(house.post("/api/v1/detectors/shop/firehose", R"({"records":[]})").status, 400);
}

}  // namespace
}  // namespace bellwether::api
