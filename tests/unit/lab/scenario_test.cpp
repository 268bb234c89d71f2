#include "bellwether/lab/scenario.hpp"

#include <chrono>
#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>

#include "bellwether/base/ids.hpp"

namespace bellwether::lab {
namespace {

using testing::IsEmpty;
using testing::StartsWith;

const Scenario& scenario_named(const std::string& name) {
  static std::map<std::string, Scenario> made;
  auto found = made.find(name);
  if (found == made.end()) found = made.emplace(name, *make_scenario(name, 1)).first;
  return found->second;
}

class EveryScenario : public testing::TestWithParam<std::string> {
 protected:
  const Scenario& scenario() const { return scenario_named(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Lab, EveryScenario, testing::ValuesIn(scenario_names()),
                         [](const auto& param) { return param.param; });

TEST_P(EveryScenario, HasAValidDetector) {
  EXPECT_THAT(validate(scenario().detector), IsEmpty());
  EXPECT_EQ(scenario().detector.name, GetParam());
}

TEST_P(EveryScenario, HasRowsOfTheDetectorsShapeInOrderOfTime) {
  const auto& spec = scenario().detector;
  ASSERT_GT(scenario().rows.size(), 50'000U);
  EXPECT_LE(scenario().rows.size(), 150'000U);
  TimePoint last{};
  std::set<std::vector<std::string>> seen;
  for (const auto& row : scenario().rows) {
    ASSERT_EQ(row.dimensions.size(), spec.dimensions.size());
    ASSERT_EQ(row.measures.size(), spec.measures.size());
    ASSERT_EQ(row.labels.size(), spec.measures.size());
    ASSERT_LE(last, row.time);
    if (row.time != last) seen.clear();
    ASSERT_TRUE(seen.insert(row.dimensions).second) << "two rows of one leaf and interval";
    last = row.time;
    for (const double measure : row.measures) ASSERT_TRUE(std::isfinite(measure));
  }
}

TEST_P(EveryScenario, LabelsFewPointsButSomeOfEveryMeasure) {
  const auto& spec = scenario().detector;
  for (std::size_t measure = 0; measure < spec.measures.size(); ++measure) {
    std::size_t labelled = 0;
    for (const auto& row : scenario().rows) labelled += row.labels[measure] ? 1 : 0;
    const double share =
        static_cast<double>(labelled) / static_cast<double>(scenario().rows.size());
    EXPECT_GT(share, 0.001) << spec.measures[measure].column;
    EXPECT_LT(share, 0.08) << spec.measures[measure].column;
  }
}

TEST_P(EveryScenario, IsTheSameForTheSameSeedOnly) {
  const auto again = make_scenario(GetParam(), 1);
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(write_labels(*again), write_labels(scenario()));
  const auto other = make_scenario(GetParam(), 2);
  EXPECT_NE(write_labels(*other), write_labels(scenario()));
}

TEST_P(EveryScenario, WritesOneLineForEachRow) {
  const std::string rows = write_rows(scenario());
  const auto lines = static_cast<std::size_t>(std::ranges::count(rows, '\n'));
  EXPECT_EQ(lines, scenario().rows.size() + (scenario().is_json ? 0 : 1));
  const std::string labels = write_labels(scenario());
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(labels, '\n')), scenario().rows.size() + 1);
}

TEST(Scenario, WritesRowsAndLabelsAsTheContractSays) {
  const auto& ecommerce = scenario_named("ecommerce");
  EXPECT_THAT(write_rows(ecommerce), StartsWith("timestamp,platform,marketplace,views,revenue\n"
                                                "2026-01-01 00:00:00,mobile_app,de,"));
  EXPECT_THAT(write_labels(ecommerce),
              StartsWith("timestamp,platform,marketplace,views,views_label,revenue,revenue_label\n"
                         "2026-01-01 00:00:00,mobile_app,de,"));
  const auto& airquality = scenario_named("airquality");
  EXPECT_TRUE(airquality.is_json);
  EXPECT_THAT(write_rows(airquality),
              StartsWith("{\"timestamp\":\"2026-03-02T00:00:00Z\",\"sensor\":\"aq-01\","
                         "\"room\":\"atrium\",\"pm25\":"));
  EXPECT_THAT(write_labels(airquality), StartsWith("timestamp,sensor,room,pm25,pm25_label,co2,"));
  EXPECT_EQ(scenario_named("adtech").detector.dimensions.size(), 5U);
}

TEST(Scenario, WritesNumbersAsShortAsTheyAre) {
  Scenario scenario;
  scenario.detector.measures = {{"amount", Aggregate::sum}, {"price", Aggregate::avg}};
  scenario.detector.dimensions = {"shop"};
  scenario.rows = {
      {TimePoint(std::chrono::sys_days(std::chrono::year(2026) / 3 / 20)) + std::chrono::hours(8),
       {"north"},
       {1200000, -0.25},
       {true, false}}};
  EXPECT_EQ(write_rows(scenario),
            "timestamp,shop,amount,price\n2026-03-20 08:00:00,north,1200000,-0.25\n");
  EXPECT_EQ(write_labels(scenario),
            "timestamp,shop,amount,amount_label,price,price_label\n"
            "2026-03-20 08:00:00,north,1200000,1,-0.25,0\n");
  scenario.is_json = true;
  scenario.detector.timestamp.format = "RFC3339";
  EXPECT_EQ(write_rows(scenario),
            "{\"timestamp\":\"2026-03-20T08:00:00Z\",\"shop\":\"north\",\"amount\":1200000,"
            "\"price\":-0.25}\n");
}

TEST(Scenario, CarriesWhatBreaksAViewOnToItsRevenue) {
  for (const auto& row : scenario_named("ecommerce").rows) ASSERT_LE(row.labels[0], row.labels[1]);
  for (const auto& row : scenario_named("adtech").rows)
    for (std::size_t i = 1; i < row.labels.size(); ++i) ASSERT_LE(row.labels[i - 1], row.labels[i]);
}

TEST(Scenario, KeepsItsRowsFromReleaseToRelease) {
  // Whoever compares figures across releases or hosts relies on it. A changed scenario changes
  // these numbers on purpose only.
  EXPECT_EQ(stable_hash(write_labels(scenario_named("ecommerce"))), 6236588248898508962U);
  EXPECT_EQ(stable_hash(write_labels(scenario_named("airquality"))), 15118108216716820803U);
  EXPECT_EQ(stable_hash(write_labels(scenario_named("adtech"))), 15443965673894742466U);
}

TEST(Scenario, NamesThoseThereAreWhenAskedForAnother) {
  const auto scenario = make_scenario("weather", 1);
  ASSERT_TRUE(scenario.has_error());
  EXPECT_EQ(scenario.error(),
            invalid_input("there is no scenario 'weather'; use ecommerce, airquality or adtech"));
}

}  // namespace
}  // namespace bellwether::lab
