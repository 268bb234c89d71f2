#include "commands.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "bellwether/cli/run.hpp"

#include "exit_code.hpp"
#include "scripted_server.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::cli {
namespace {

/// What a command wrote, and how it ended.
class Commands : public ::testing::Test {
 protected:
  std::ostringstream out_;
  std::ostringstream error_;
  const Console console_{out_, error_};
  ScriptedServer server_;
  ClientOptions options_;

  int run_line(std::vector<std::string> arguments) { return run(arguments, console_); }
};

TEST_F(Commands, ListDetectorsAsATable) {
  server_.answers(200, R"({"detectors":[{"name":"shop","interval":"1h","dimensions":["a","b"],
      "measures":[{"column":"orders"},{"column":"revenue"}],"status":{"state":"active","series":9,
      "intervals":48,"last_interval":"2026-03-20T08:00:00Z"}},{"name":"idle","interval":"5m",
      "dimensions":[],"measures":[],"status":{"state":"inactive","last_interval":null}}]})");
  EXPECT_EQ(detectors({.verb = "list", .name = ""}, options_, server_.transport(), console_),
            exit_ok);
  EXPECT_EQ(out_.str(),
            "NAME  STATE     INTERVAL  MEASURES         DIMENSIONS  SERIES  INTERVALS  LAST "
            "INTERVAL\n"
            "shop  active    1h        orders, revenue  a, b             9         48  "
            "2026-03-20T08:00:00Z\n"
            "idle  inactive  5m\n");
}

TEST_F(Commands, SwitchADetectorAndSayItsState) {
  server_.answers(202, "{}").answers(200, R"({"name":"shop","status":{"state":"deactivating"}})");
  EXPECT_EQ(
      detectors({.verb = "deactivate", .name = "shop"}, options_, server_.transport(), console_),
      exit_ok);
  EXPECT_EQ(server_.requests.at(0).method, "POST");
  EXPECT_TRUE(server_.requests.at(0).url.ends_with("/api/v1/detectors/shop/deactivate"));
  EXPECT_EQ(out_.str(), "shop: deactivating\n");
}

/// A configuration file whose `server` section is that.
class Health : public Commands {
 protected:
  int ask(const std::string& server) {
    config_ = folder_.write("bellwether.yaml", "server: " + server + "\n");
    return health(config_, server_.transport(), console_);
  }
  const net::HttpRequest& request() const { return server_.requests.at(0); }

  const testing::TemporaryFolder folder_;
  std::string config_;
};

const std::string one_token =
    "auth: { tokens: [{ name: a, role: viewer, sha256: " + std::string(63, '0') + "f }] }";

TEST_F(Health, AsksWhereTheConfigurationSaysItListens) {
  server_.answers(200, "ok").answers(200, "ok").answers(200, "ok").answers(200, "ok");
  EXPECT_EQ(ask("{}"), exit_ok);
  EXPECT_EQ(ask("{ listen: \"[::1]:81\" }"), exit_ok);
  EXPECT_EQ(ask("{ listen: \"0.0.0.0:82\", insecure: true, " + one_token + " }"), exit_ok);
  EXPECT_EQ(ask("{ listen: \"[::]:83\", insecure: true, " + one_token + " }"), exit_ok);

  ASSERT_EQ(server_.requests.size(), 4U);
  EXPECT_EQ(server_.requests[0].url, "http://127.0.0.1:8088/healthz");
  EXPECT_EQ(server_.requests[1].url, "http://[::1]:81/healthz");
  EXPECT_EQ(server_.requests[2].url, "http://127.0.0.1:82/healthz");
  EXPECT_EQ(server_.requests[3].url, "http://[::1]:83/healthz");
  EXPECT_TRUE(out_.str().starts_with("http://127.0.0.1:8088/healthz: ok\n"));
  EXPECT_EQ(error_.str(), "");
}

TEST_F(Health, TrustsTheServersOwnCertificateAlone) {
  server_.answers(200, "ok");
  EXPECT_EQ(ask("{ listen: \"0.0.0.0:443\", tls: { certificate: a.pem, key: a.key }, " + one_token +
                " }"),
            exit_ok);
  EXPECT_EQ(request().url, "https://127.0.0.1:443/healthz");
  EXPECT_EQ(request().ca_file, "a.pem");
  EXPECT_TRUE(request().is_own_server);
  EXPECT_FALSE(request().headers.contains("Authorization"));
}

TEST_F(Health, IsBadWhereNobodyAnswersOrWell) {
  EXPECT_EQ(ask("{}"), exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: asking http://127.0.0.1:8088/healthz: connection refused\n");
  error_.str("");
  server_.answers(503, "");
  EXPECT_EQ(ask("{}"), exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: asking http://127.0.0.1:8088/healthz: it answered 503\n");
}

TEST_F(Health, CannotAskWhatTheConfigurationDoesNotSay) {
  EXPECT_EQ(ask("{ listen: 127.0.0.1:0 }"), exit_mistake);
  EXPECT_NE(error_.str().find("takes any free port"), std::string::npos);
  error_.str("");
  EXPECT_EQ(ask("{ liste: x }"), exit_mistake);
  EXPECT_TRUE(error_.str().starts_with(config_ + ":1:11: server.liste")) << error_.str();
  EXPECT_TRUE(server_.requests.empty());
}

TEST_F(Commands, AskForTheAnomaliesThatAreWanted) {
  server_.answers(200, R"({"anomalies":[{"id":"u1","detector":"shop","severity":77.31}]})");
  options_.is_json = true;
  AnomaliesArguments wanted;
  wanted.verb = "list";
  wanted.detector = "shop";
  wanted.min_severity = 70;
  wanted.limit = 5;
  EXPECT_EQ(anomalies(wanted, options_, server_.transport(), console_), exit_ok);
  EXPECT_TRUE(server_.requests.at(0).url.ends_with(
      "/api/v1/anomalies?detector=shop&min_severity=70.0&limit=5"))
      << server_.requests.at(0).url;
  EXPECT_EQ(out_.str(), "{\"id\":\"u1\",\"detector\":\"shop\",\"severity\":77.31}\n");
}

TEST_F(Commands, ShowADocumentAsYaml) {
  server_.answers(200, R"({"name":"spikes","sinks":["ops"]})");
  EXPECT_EQ(alerts({.verb = "show", .name = "spikes"}, options_, server_.transport(), console_),
            exit_ok);
  EXPECT_EQ(out_.str(), "name: spikes\nsinks: [ops]\n");
}

TEST_F(Commands, FailWithTheServersWords) {
  server_.answers(404, R"({"detail":"there is no alert 'x'"})");
  EXPECT_EQ(alerts({.verb = "test", .name = "x"}, options_, server_.transport(), console_),
            exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: there is no alert 'x'\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Commands, AnswerACallForHelp) {
  EXPECT_EQ(run_line({"anomalies", "list", "--help"}), exit_ok);
  EXPECT_NE(out_.str().find("--min-severity"), std::string::npos);
  EXPECT_EQ(error_.str(), "");
}

TEST_F(Commands, PointAMistakeAtItsHelp) {
  EXPECT_EQ(run_line({"backup", "--data", "x"}), exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: --to is required\nSee 'bellwether backup --help'.\n");
  EXPECT_EQ(out_.str(), "");
}

TEST_F(Commands, ReportADefectOfOursAsSuch) {
  EXPECT_EQ(report(console_, internal_error("lost my way")), exit_internal);
  EXPECT_EQ(report(console_, unavailable("disk full")), exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: lost my way\nbellwether: disk full\n");
}

}  // namespace
}  // namespace bellwether::cli
