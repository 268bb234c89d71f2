#include "bellwether/alert/gates.hpp"

#include <chrono>
#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "a_group.hpp"
#include "random_cases.hpp"

namespace bellwether::alert {
namespace {

using std::chrono::hours;
using testing::Eq;
using testing::Optional;

/// The words alone; empty where it passes.
std::optional<std::string> why_refused(const AlertSpec& alert, const AnomalyGroup& group) {
  const auto refusal = alert::why_refused(alert, group, hours(1));
  return refusal ? std::optional(refusal->reason) : std::nullopt;
}

TEST(WhyRefused, PassesEverythingWhereTheAlertAsksForNothing) {
  EXPECT_FALSE(why_refused(an_alert(), a_group(1)));
  EXPECT_FALSE(why_refused(an_alert(), a_group(0).with("views")));
}

TEST(WhyRefused, ComparesTheGroupsSeverity) {
  auto alert = an_alert();
  alert.severity = 70;
  EXPECT_FALSE(why_refused(alert, a_group(70).with("views")));
  EXPECT_THAT(why_refused(alert, a_group(69.5).with("views")),
              Optional(Eq("severity 69.5 is below the alert's 70")));
}

TEST(WhyRefused, AsksForOneOfTheMeasures) {
  auto alert = an_alert();
  alert.filters.measures = {"revenue", "orders"};
  EXPECT_FALSE(why_refused(alert, a_group().with("views").with("orders")));
  EXPECT_THAT(why_refused(alert, a_group().with("views")),
              Optional(Eq("no anomalous series is of measure revenue or orders")));
}

TEST(WhyRefused, TakesValuesOfADimensionForAlternativesAndDimensionsTogether) {
  auto alert = an_alert();
  alert.filters.dimensions = {{"country", {"US", "CA"}}, {"category", {"fashion", "jewellery"}}};
  EXPECT_FALSE(why_refused(
      alert, a_group().with("revenue", {{"country", "CA"}, {"category", "jewellery"}})));
  EXPECT_TRUE(why_refused(
      alert, a_group().with("revenue", {{"country", "UK"}, {"category", "jewellery"}})));
}

TEST(WhyRefused, AsksOneSeriesToSatisfyAllDimensionFilters) {
  auto alert = an_alert();
  alert.filters.dimensions = {{"country", {"US"}}, {"category", {"fashion"}}};
  EXPECT_THAT(
      why_refused(alert, a_group()
                             .with("revenue", {{"country", "US"}, {"category", "toys"}})
                             .with("revenue", {{"country", "UK"}, {"category", "fashion"}})),
      Optional(Eq("no anomalous series of these measures has category fashion and country US")));
}

TEST(WhyRefused, AsksASeriesOfAListedMeasureToSatisfyTheDimensions) {
  auto alert = an_alert();
  alert.filters.measures = {"revenue"};
  alert.filters.dimensions = {{"country", {"US"}}};
  EXPECT_TRUE(why_refused(
      alert, a_group().with("views", {{"country", "US"}}).with("revenue", {{"country", "UK"}})));
}

TEST(WhyRefused, DoesNotTakeARollUpForAValue) {
  auto alert = an_alert();
  alert.filters.dimensions = {{"country", {"US"}}};
  EXPECT_TRUE(why_refused(alert, a_group().with("revenue", {{"device", "web"}})));
}

TEST(WhyRefused, LooksWhichWayTheSeriesWent) {
  auto alert = an_alert();
  alert.direction = Direction::up;
  EXPECT_THAT(why_refused(alert, a_group().with("revenue", {}, 40, 100)),
              Optional(Eq("no anomalous series within the filters went up")));
  EXPECT_FALSE(why_refused(alert, a_group().with("revenue", {}, 140, 100)));
  alert.direction = Direction::down;
  EXPECT_FALSE(why_refused(alert, a_group().with("revenue", {}, 40, 100)));
  EXPECT_TRUE(why_refused(alert, a_group().with("revenue", {}, 100, 100)));
}

TEST(WhyRefused, AsksForBothSmallestChangesAtOnce) {
  auto alert = an_alert();
  alert.min_change = {50, 30};
  EXPECT_FALSE(why_refused(alert, a_group().with("revenue", {}, 50, 100)));
  EXPECT_TRUE(why_refused(alert, a_group().with("revenue", {}, 51, 100)));    // Only 49 off.
  EXPECT_TRUE(why_refused(alert, a_group().with("revenue", {}, 940, 1000)));  // Only 6 %.
  EXPECT_THAT(
      why_refused(alert, a_group().with("revenue", {}, 99, 100)),
      Optional(Eq("no anomalous series within the filters is off by at least 50 and 30 %")));
}

TEST(WhyRefused, TakesAnyChangeFromNothingForEnoughPercent) {
  auto alert = an_alert();
  alert.min_change.percent = 500;
  EXPECT_FALSE(why_refused(alert, a_group().with("orders", {}, 1, 0)));
  EXPECT_TRUE(why_refused(alert, a_group().with("orders", {}, 0, 0)));
}

TEST(WhyRefused, MeasuresPercentOfANegativeExpectationByItsSize) {
  auto alert = an_alert();
  alert.min_change.percent = 50;
  EXPECT_FALSE(why_refused(alert, a_group().with("profit", {}, -160, -100)));
  EXPECT_TRUE(why_refused(alert, a_group().with("profit", {}, -140, -100)));
}

TEST(WhyRefused, WaitsUntilAGroupHasLasted) {
  auto alert = an_alert();
  alert.min_duration = 3;
  AnomalyGroup group = a_group().with("views");
  group.end = group.start + hours(1);
  EXPECT_THAT(why_refused(alert, group),
              Optional(Eq("it has lasted 2 intervals of the 3 that are wanted")));
  group.end += hours(1);
  EXPECT_FALSE(why_refused(alert, group));
}

TEST(WhyRefused, NamesTheGate) {
  auto alert = an_alert();
  alert.filters.dimensions = {{"country", {"US"}}};
  const auto refusal = alert::why_refused(alert, a_group().with("views"), hours(1));
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->gate, Gate::dimensions);
  EXPECT_EQ(to_string(refusal->gate), "dimensions");
  alert.enabled = false;
  EXPECT_EQ(alert::why_refused(alert, a_group().with("views"), hours(1))->gate, Gate::disabled);
}

TEST(WhyRefused, RefusesAnUnknownExpectationWhereAChangeIsAskedFor) {
  auto alert = an_alert();
  const auto group = a_group().with("revenue", {}, 10, std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(why_refused(alert, group));
  alert.min_change.absolute = 1;
  EXPECT_TRUE(why_refused(alert, group));
  alert.min_change = {0, 1};
  EXPECT_TRUE(why_refused(alert, group));
  alert.min_change = {};
  alert.direction = Direction::up;
  EXPECT_TRUE(why_refused(alert, group));
}

TEST(WhyRefused, AgreesWithThePlainContractOnRandomCases) {
  RandomCases cases(1);
  int passed = 0;
  constexpr int rounds = 20'000;
  for (int round = 0; round < rounds; ++round) {
    const auto alert = cases.alert();
    const auto group = cases.group();
    const bool passes = !why_refused(alert, group);
    passed += passes ? 1 : 0;
    ASSERT_EQ(passes, obviously_passes(alert, group)) << "round " << round;
  }
  EXPECT_GT(passed, rounds / 20);
  EXPECT_LT(passed, rounds - rounds / 20);
}

TEST(WhyRefused, NeverRefusesMoreWhenAnotherSeriesJoins) {
  RandomCases cases(2);
  for (int round = 0; round < 5'000; ++round) {
    const auto alert = cases.alert();
    auto group = cases.group();
    if (why_refused(alert, group)) continue;
    const auto more = cases.group();
    group.series.insert(group.series.begin(), more.series.begin(), more.series.end());
    ASSERT_FALSE(why_refused(alert, group)) << "round " << round;
  }
}

}  // namespace
}  // namespace bellwether::alert
