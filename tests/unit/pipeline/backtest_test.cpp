#include "bellwether/pipeline/backtest.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "support/hourly_rows.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::pipeline {
namespace {

using testing::an_hourly_detector;
using testing::hourly_rows;
using testing::TemporaryFolder;

constexpr int hours = 24 * 14;
constexpr int spike = 24 * 12 + 10;

struct Outcome {
  BacktestReport report;
  std::string groups;
  std::string points;
};

Outcome run(BacktestRequest request) {
  std::ostringstream groups;
  std::ostringstream points;
  request.groups = &groups;
  request.points = &points;
  auto report = run_backtest(request);
  EXPECT_TRUE(report) << report.error().message;
  return {report.value(), groups.str(), points.str()};
}

BacktestRequest over(std::vector<std::string> inputs) {
  return {.detector = an_hourly_detector("shop"), .inputs = std::move(inputs)};
}

TEST(Backtest, FindsTheOneSpikeAndNothingElse) {
  const TemporaryFolder folder;
  const auto outcome = run(over({folder.write("rows.csv", hourly_rows(0, hours, spike))}));
  EXPECT_EQ(outcome.report.rows, 2U * hours);
  EXPECT_EQ(outcome.report.intervals, static_cast<std::uint64_t>(hours));
  EXPECT_EQ(outcome.report.series, 3U);
  EXPECT_EQ(outcome.report.groups, 1U) << outcome.groups;
  EXPECT_NE(outcome.groups.find("\"start\":\"2026-01-13T10:00:00Z\""), std::string::npos)
      << outcome.groups;
}

TEST(Backtest, GivesTheSameBytesForAnyNumberOfWorkersAndAnyCutOfTheInput) {
  const TemporaryFolder folder;
  const auto whole = over({folder.write("rows.csv", hourly_rows(0, hours, spike))});
  const Outcome one = run(whole);
  for (const std::size_t workers : {2U, 4U}) {
    BacktestRequest request = whole;
    request.workers = workers;
    const Outcome more = run(request);
    EXPECT_EQ(more.points, one.points);
    EXPECT_EQ(more.groups, one.groups);
  }
  const std::string header = "time,country,orders\n";
  const auto second = folder.write("b.csv", hourly_rows(0, 100, spike));
  const auto first = folder.write("a.csv", header + hourly_rows(100, hours - 100, spike));
  EXPECT_EQ(run(over({first, second})).points, one.points) << "history may come in any order";
}

TEST(Backtest, ComparesItselfWithLabels) {
  const TemporaryFolder folder;
  BacktestRequest request = over({folder.write("rows.csv", hourly_rows(0, hours, spike))});
  request.labels = folder.write(
      "labels.csv",
      "time,country,orders_label\n2026-01-13T10:00:00Z,NL,1\n2026-01-13T11:00:00Z,BE,0\n");
  const Outcome outcome = run(request);
  ASSERT_TRUE(outcome.report.point_wise);
  EXPECT_EQ(outcome.report.point_wise->f1(), 1);
  EXPECT_EQ(outcome.report.event_wise->f1(), 1);
}

TEST(Backtest, SaysWhatIsWrongWithInputsAndLabels) {
  const TemporaryFolder folder;
  EXPECT_FALSE(run_backtest(over({folder / "none.csv"})));
  const auto bad = folder.write("bad.csv", "time,country,orders\nnow,NL,1\n");
  EXPECT_NE(run_backtest(over({bad})).error().message.find(bad), std::string::npos);
  BacktestRequest request = over({folder.write("rows.csv", hourly_rows(0, 10, -1))});
  request.labels = folder.write("labels.csv", "time,country,orders_label\n");
  EXPECT_NE(run_backtest(request).error().message.find("hold no row"), std::string::npos);
}

}  // namespace
}  // namespace bellwether::pipeline
