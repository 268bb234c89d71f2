#include "commands.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "bellwether/cli/run.hpp"

#include "exit_code.hpp"
#include "scripted_server.hpp"

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
