#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "bellwether/cli/run.hpp"

#include "exit_code.hpp"

namespace bellwether::cli {
namespace {

namespace fs = std::filesystem;

constexpr auto shop_config =
    "detectors:\n"
    "  - name: shop\n"
    "    interval: 1h\n"
    "    measures: [ { column: orders } ]\n"
    "    dimensions: [ country ]\n"
    "    source: { file: { path: rows.csv } }\n";

/// Commands that read and write files, each test in a directory of its own.
class HistoryCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bellwether-cli-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(folder_ / name).rdbuf();
    return text.str();
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  int run_line(const std::vector<std::string>& arguments) {
    out_.str("");
    error_.str("");
    return run(arguments, console_);
  }

  fs::path folder_;
  std::ostringstream out_;
  std::ostringstream error_;
  const Console console_{out_, error_};
};

TEST_F(HistoryCommands, CheckWritesEachProblemOnALine) {
  const auto good = write("good.yaml", shop_config);
  EXPECT_EQ(run_line({"check", "--config", good}), exit_ok);
  EXPECT_EQ(out_.str(), good + ": ok\n");

  const auto bad = write("bad.yaml", "store: { path: 3x }\ncolour: red\nclock: { mode: lunar }\n");
  EXPECT_EQ(run_line({"check", "--config", bad}), exit_mistake);
  EXPECT_EQ(out_.str(), "");
  EXPECT_NE(error_.str().find(bad + ":2:1: colour: "), std::string::npos) << error_.str();
  EXPECT_NE(error_.str().find(bad + ":3:16: clock.mode: "), std::string::npos) << error_.str();
}

TEST_F(HistoryCommands, BacktestWritesPointsAndASummary) {
  const auto config = write("shop.yaml", shop_config);
  const auto rows = write("rows.csv",
                          "timestamp,country,orders\n"
                          "2026-03-01 00:00:00,NL,5\n"
                          "yesterday,NL,7\n"
                          "2026-03-01 01:00:00,NL,6\n");
  EXPECT_EQ(run_line({"backtest", "--config", config, "--points", path("points.csv"), rows}),
            exit_ok)
      << error_.str();
  EXPECT_EQ(out_.str(), "");
  EXPECT_EQ(error_.str().substr(0, error_.str().find("  row ")),
            "rows       2\nintervals  2\nseries     2\ngroups     0\nrejected   1\n"
            "  bad_timestamp: 1\n");
  const auto points = read("points.csv");
  EXPECT_EQ(points.substr(0, points.find("\n2026-03-01T01")),
            "timestamp,measure,country,value,expected,lower,upper,severity\n"
            "2026-03-01T00:00:00Z,orders,NL,5,,,,\n"
            "2026-03-01T00:00:00Z,orders,*,5,,,,");
}

TEST_F(HistoryCommands, BacktestNamesTheDetectorsThereAre) {
  const auto config = write("shop.yaml", shop_config);
  EXPECT_EQ(run_line({"backtest", "--config", config, "--detector", "x", "rows.csv"}),
            exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: " + config + ": has no detector 'x'; it has: shop\n");
}

TEST_F(HistoryCommands, BacktestRefusesABrokenConfiguration) {
  const auto config = write("bad.yaml", "colour: red\n");
  EXPECT_EQ(run_line({"backtest", "--config", config, "rows.csv"}), exit_mistake);
  EXPECT_TRUE(error_.str().starts_with("bellwether: the configuration is not usable:\n" + config +
                                       ":1:1: colour: "))
      << error_.str();
}

TEST_F(HistoryCommands, BacktestSaysWhereItCannotWrite) {
  const auto config = write("shop.yaml", shop_config);
  const auto nowhere = path("none/groups.jsonl");
  EXPECT_EQ(run_line({"backtest", "--config", config, "--output", nowhere, "rows.csv"}),
            exit_mistake);
  EXPECT_EQ(error_.str(), "bellwether: cannot write to '" + nowhere + "'\n");
}

TEST_F(HistoryCommands, SynthWritesWhatBacktestTakes) {
  EXPECT_EQ(run_line({"synth", "--scenario", "adtech", "--seed", "3", "--out", path("made")}),
            exit_ok)
      << error_.str();
  EXPECT_TRUE(fs::exists(folder_ / "made" / "rows.csv"));
  EXPECT_TRUE(fs::exists(folder_ / "made" / "labels.csv"));
  EXPECT_EQ(run_line({"check", "--config", path("made/bellwether.yaml")}), exit_ok) << error_.str();

  EXPECT_EQ(run_line({"synth", "--scenario", "weather", "--out", path("made")}), exit_mistake);
  EXPECT_NE(error_.str().find("ecommerce"), std::string::npos);
}

TEST_F(HistoryCommands, StoreCommandsRefuseWhatIsNotThere) {
  EXPECT_EQ(run_line({"verify", "--data", path("none")}), exit_mistake);
  EXPECT_TRUE(error_.str().starts_with("bellwether: verifying '" + path("none") + "': "));
  EXPECT_EQ(run_line({"backup", "--data", path("none"), "--to", path("copy")}), exit_mistake);
  EXPECT_TRUE(error_.str().starts_with("bellwether: backing up '" + path("none") + "': "));
  EXPECT_EQ(run_line({"restore", "--from", path("none"), "--data", path("data")}), exit_mistake);
  EXPECT_TRUE(error_.str().starts_with("bellwether: restoring '" + path("none") + "': "));
  EXPECT_TRUE(fs::is_empty(folder_));
}

}  // namespace
}  // namespace bellwether::cli
