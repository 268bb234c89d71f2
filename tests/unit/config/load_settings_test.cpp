#include "bellwether/config/load_settings.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bad_config.hpp"

namespace bellwether::config {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const fs::path source_folder = BELLWETHER_SOURCE_DIR;

/// The example of the contract, with the sources and sinks that are there.
constexpr std::string_view contract_example = R"(
server:
  listen: 127.0.0.1:8088          # REST, AWS-compatible API, console, /metrics. Off loopback it refuses to start without auth
  tls: { certificate: server.pem, key: server.key }
  auth:
    tokens:      [ { name: ops, role: admin, sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" } ]           # Authorization: Bearer
    access_keys: [ { id: AKIAEXAMPLE, secret_file: /etc/bellwether/key, role: editor } ]  # SigV4, for boto3 and the AWS CLI
store:  { path: ./data, retention: 400d }
clock:  { mode: system }          # or { mode: replay, start: 2026-03-01T00:00:00Z, speed: 3600 }
log:    { level: info, format: text }
aws:    { region: us-east-1, account: "000000000000", s3_endpoint: http://127.0.0.1:9000, credentials: { access_key_id: AKIA, secret_env: AWS_SECRET } }

detectors:
  - name: ecommerce
    interval: 1h
    offset: 0s
    timestamp: { column: timestamp, format: "yyyy-MM-dd HH:mm:ss", timezone: UTC }
    measures: [ { column: views, aggregate: sum }, { column: revenue, aggregate: sum } ]
    dimensions: [ platform, marketplace ]
    where: [ { dimension: marketplace, in: [ us, uk ] } ]        # keep only these rows
    rollups: all                  # all (default): every combination with * ; leaf ; or a list of dimension lists
    on_missing: auto              # auto (default) | zero | skip: what an interval without a row means for a known series
    max_series: 1000000
    threshold: 60                 # severity from which a value is an anomaly and enters groups; alerts choose their own, usually 70
    late_window: 0s               # how long after an interval was closed its late rows are still kept and merged
    source:
      file: { path: "/data/*.csv", follow: true, historical: [ "/data/backtest/input.csv" ],
              format: { csv: { header: true, delimiter: ",", quote: "\"", compression: none } } }
sinks:
  - { name: ops,   webhook: { url: "https://example.org/hook", secret_file: secret, format: json } }
alerts:
  - name: revenue-us-ca
    detector: ecommerce
    severity: 20                  # threshold, optional
    direction: any                # any | up | down
    min_change: { absolute: 0, percent: 0 }   # smaller deviations from the expected value never alert
    notify_on: [ opened ]         # opened, escalated, closed, amended, withdrawn
    filters:
      measures: [ revenue ]
      dimensions: { marketplace: [ US, CA ], platform: [ 1, NO, 1.50 ] }
    sinks: [ ops ]
)";

TEST(Settings, HoldWhatTheContractsExampleSays) {
  const LoadedSettings loaded = read_settings(contract_example);
  ASSERT_THAT(lines_for(contract_example), IsEmpty());
  const Settings& settings = loaded.settings;

  EXPECT_EQ(settings.server.listen, "127.0.0.1:8088");
  EXPECT_EQ(settings.server.tls->key, "server.key");
  EXPECT_EQ(settings.server.tokens.at(0).role, api::Role::admin);
  EXPECT_EQ(settings.aws.access_keys.at(0).secret.file, "/etc/bellwether/key");
  EXPECT_EQ(settings.aws.credentials.secret.environment_variable, "AWS_SECRET");
  EXPECT_EQ(settings.store.retention, std::chrono::days(400));

  const DetectorSpec& detector = settings.detectors.at(0);
  EXPECT_EQ(detector.interval, std::chrono::hours(1));
  EXPECT_THAT(detector.dimensions, ElementsAre("platform", "marketplace"));
  EXPECT_THAT(detector.where.at(0).in, ElementsAre("us", "uk"));
  EXPECT_TRUE(std::get<FileSourceSpec>(detector.source).follow);

  const AlertSpec& alert = settings.alerts.at(0);
  EXPECT_EQ(alert.severity, 20);
  EXPECT_THAT(alert.filters.dimensions.at("platform"), ElementsAre("1", "NO", "1.50"));
  EXPECT_EQ(std::get<WebhookSpec>(settings.sinks.at(0).target).secret.file, "secret");
}

TEST(Settings, AreTheDefaultsOfAnEmptyFile) {
  for (const char* text : {"", "# nothing\n", "detectors:\nsinks:\nalerts:\n", "{}"}) {
    EXPECT_THAT(lines_for(text), IsEmpty()) << text;
    const Settings settings = read_settings(text).settings;
    EXPECT_EQ(settings.server, api::ApiSettings{});
    EXPECT_EQ(settings.store, store::StoreSettings{});
    EXPECT_EQ(settings.clock, ClockSettings{});
    EXPECT_EQ(settings.aws, AwsSettings{});
  }
}

TEST(Settings, ReadAReplayClock) {
  const auto loaded = read_settings(
      "clock: { mode: replay, start: 2026-03-01T00:00:00Z, speed: 0.5 }\nlog: { level: debug, "
      "format: json }\n");
  EXPECT_THAT(loaded.problems, IsEmpty());
  EXPECT_EQ(loaded.settings.clock.mode, ClockMode::replay);
  EXPECT_EQ(to_rfc3339(loaded.settings.clock.start), "2026-03-01T00:00:00Z");
  EXPECT_EQ(loaded.settings.clock.speed, 0.5);
  EXPECT_EQ(loaded.settings.log.level, LogLevel::debug);
  EXPECT_EQ(loaded.settings.log.format, LogFormat::json);
}

TEST(Settings, MayBeOpenToOthersWithATokenList) {
  const std::string tokens =
      "auth: { tokens: [{ name: a, role: viewer, sha256: " + std::string(63, '0') + "f }] }";
  EXPECT_THAT(lines_for("server: { listen: \"0.0.0.0:80\", insecure: true, " + tokens + " }"),
              IsEmpty());
  EXPECT_THAT(lines_for("server: { listen: \"0.0.0.0:80\", tls: { certificate: a, key: b }, " +
                        tokens + " }"),
              IsEmpty());
  EXPECT_THAT(lines_for("server: { listen: \"[::1]:0\" }"), IsEmpty());
}

TEST(ExampleConfigs, LoadWithoutAProblem) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(source_folder / "config")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    for (const Problem& problem : load_settings(entry.path().string()).problems)
      ADD_FAILURE() << to_line(problem, entry.path().filename().string());
  }
  EXPECT_GE(count, 7U);
}

/// The first words of the tables' rows in docs/configuration.md: | `store.path` | ...
std::set<std::string> documented_paths() {
  std::ifstream file(source_folder / "docs" / "configuration.md");
  const std::regex row(R"(^\| `([^`]+)` \|.*)");
  std::set<std::string> paths;
  for (std::string line; std::getline(file, line);)
    if (std::smatch match; std::regex_match(line, match, row)) paths.insert(match[1]);
  return paths;
}

TEST(ConfigurationReference, NamesEveryKeyAndNoOther) {
  const auto documented = documented_paths();
  const auto known = known_paths();
  std::vector<std::string> missing;
  std::vector<std::string> invented;
  std::ranges::set_difference(known, documented, std::back_inserter(missing));
  std::ranges::set_difference(documented, known, std::back_inserter(invented));
  EXPECT_THAT(missing, IsEmpty());
  EXPECT_THAT(invented, IsEmpty());
}

TEST(ConfigurationReference, ShowsExamplesThatLoad) {
  std::ifstream file(source_folder / "docs" / "configuration.md");
  std::size_t count = 0;
  std::string example;
  bool is_example = false;
  for (std::string line; std::getline(file, line);) {
    if (is_example && line == "```") {
      EXPECT_THAT(lines_for(example), IsEmpty()) << example;
      example.clear();
      ++count;
    }
    is_example = line == "```yaml" || (is_example && line != "```");
    if (is_example && line != "```yaml") example += line + "\n";
  }
  EXPECT_GE(count, 2U);
}

}  // namespace
}  // namespace bellwether::config
