#include <gtest/gtest.h>

#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/silence.hpp"
#include "bellwether/domain/sink_spec.hpp"

namespace bellwether {
namespace {

DetectorSpec good_detector() {
  DetectorSpec spec;
  spec.name = "shop";
  spec.measures = {{"revenue", Aggregate::sum}};
  spec.dimensions = {"country"};
  return spec;
}

std::string only_problem(const Problems& problems) {
  return problems.size() == 1 ? problems[0].field + ": " + problems[0].message
                              : std::to_string(problems.size()) + " problems";
}

TEST(DetectorSpec, IsGoodWithANameAndAMeasure) { EXPECT_TRUE(validate(good_detector()).empty()); }

TEST(DetectorSpec, RefusesAnIntervalThatDoesNotDivideADay) {
  for (const Duration interval :
       {Duration(std::chrono::minutes(7)), Duration(std::chrono::days(2)), Duration(0)}) {
    DetectorSpec spec = good_detector();
    spec.interval = interval;
    EXPECT_EQ(only_problem(validate(spec)),
              "interval: must divide a day, such as 1m, 5m, 10m, 30m, 1h or 1d");
  }
}

TEST(DetectorSpec, ForgetsAnIdleSeriesAfterAMonthUnlessItsAbsenceIsAZero) {
  DetectorSpec spec = good_detector();
  EXPECT_EQ(series_ttl(spec), std::chrono::days(30));
  spec.on_missing = OnMissing::zero;
  EXPECT_EQ(series_ttl(spec), Duration(0));
  spec.series_ttl = std::chrono::hours(11);
  EXPECT_EQ(only_problem(validate(spec)),
            "series_ttl: must be 0s (for ever) or at least 12 intervals");
  spec.series_ttl = std::chrono::hours(12);
  EXPECT_TRUE(validate(spec).empty());
  EXPECT_EQ(series_ttl(spec), std::chrono::hours(12));
}

TEST(DetectorSpec, RefusesAColumnWithTwoRoles) {
  DetectorSpec spec = good_detector();
  spec.dimensions = {"country", "revenue"};
  EXPECT_EQ(only_problem(validate(spec)), "dimensions[1]: column 'revenue' is used twice");
}

TEST(DetectorSpec, RefusesFiltersAndRollupsOnUnknownDimensions) {
  DetectorSpec spec = good_detector();
  spec.where = {{"city", {"Delft"}}};
  spec.rollups = {RollupKind::listed, {{"country"}, {"device"}}};
  const Problems problems = validate(spec);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(problems[0].field, "where[0].dimension");
  EXPECT_EQ(problems[1].message, "'device' is not one of the dimensions");
}

TEST(DetectorSpec, TellsEveryProblemAtOnce) {
  DetectorSpec spec;
  spec.name = "no spaces";
  spec.threshold = 101;
  spec.source = FileSourceSpec{};
  EXPECT_EQ(validate(spec).size(), 4U);
}

TEST(DetectorSpec, KeepsItsDataWhenOnlyItsAlertingChanges) {
  const DetectorSpec before = good_detector();
  DetectorSpec after = before;
  after.threshold = 80;
  EXPECT_TRUE(keeps_data(before, after));
  after.dimensions.emplace_back("device");
  EXPECT_FALSE(keeps_data(before, after));
}

TEST(DetectorSpec, LearnsForThreeHundredIntervalsWithinTwoDaysAndAFortnight) {
  const auto learning = [](Duration interval) {
    DetectorSpec spec = good_detector();
    spec.interval = interval;
    return learning_intervals(spec);
  };
  EXPECT_EQ(learning(std::chrono::minutes(5)), 576U);
  EXPECT_EQ(learning(std::chrono::minutes(30)), 300U);
  EXPECT_EQ(learning(std::chrono::hours(1)), 300U);
  EXPECT_EQ(learning(std::chrono::hours(6)), 50U);
  EXPECT_EQ(learning(std::chrono::days(1)), 14U);
}

TEST(AlertSpec, NeedsADetectorASinkAndAnEvent) {
  AlertSpec spec{.name = "drops"};
  spec.notify_on.clear();
  EXPECT_EQ(validate(spec).size(), 3U);
}

TEST(SinkSpec, RefusesAnAddressThatIsNoUrl) {
  EXPECT_EQ(only_problem(validate(SinkSpec{.name = "ops", .target = WebhookSpec{.url = "host"}})),
            "webhook.url: must begin with http:// or https://");
}

TEST(Silence, MustEndAfterItBeginsAndSayWhoAndWhy) { EXPECT_EQ(validate(Silence{}).size(), 3U); }

}  // namespace
}  // namespace bellwether
