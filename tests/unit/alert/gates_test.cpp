#include <chrono>
#include <cmath>
#include <limits>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "bellwether/alert/filter.hpp"

#include "a_group.hpp"

namespace bellwether::alert {
namespace {

using std::chrono::hours;
using testing::Eq;
using testing::Optional;

const TimePoint noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 20) + hours(12)};

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

/// The contract once more, as plainly as it can be written.
bool obviously_passes(const AlertSpec& alert, const AnomalyGroup& group) {
  if (alert.severity && group.severity < *alert.severity) return false;
  for (const auto& series : group.series) {
    bool is_listed = alert.filters.measures.empty();
    for (const auto& measure : alert.filters.measures) is_listed |= measure == series.key.measure;
    bool has_values = true;
    for (const auto& [dimension, values] : alert.filters.dimensions) {
      bool has_value = false;
      for (const auto& [name, value] : series.key.dimensions)
        for (const auto& wanted : values) has_value |= name == dimension && value == wanted;
      has_values &= has_value;
    }
    const double change = series.value - series.expected;
    const bool goes = alert.direction == Direction::any ||
                      (alert.direction == Direction::up && change > 0) ||
                      (alert.direction == Direction::down && change < 0);
    const bool is_large = std::fabs(change) >= alert.min_change.absolute;
    const bool is_large_part = alert.min_change.percent == 0 ||
                               (series.expected == 0 ? change != 0
                                                     : std::fabs(change / series.expected) * 100 >=
                                                           alert.min_change.percent - 1e-12);
    if (is_listed && has_values && goes && is_large && is_large_part) return true;
  }
  return false;
}

class RandomCases {
 public:
  explicit RandomCases(unsigned seed) : engine_(seed) {}

  AnomalyGroup group() {
    auto group = a_group(below(101));
    const int count = 1 + below(4);
    for (int i = 0; i < count; ++i)
      group.with(measure(), dimensions(), below(20) * 5.0 - 20, below(20) * 5.0 - 20);
    return group;
  }

  AlertSpec alert() {
    auto alert = an_alert();
    if (below(2) == 0) alert.severity = below(101);
    for (int i = below(3); i > 0; --i) alert.filters.measures.push_back(measure());
    for (const auto* name : {"country", "device", "plan"}) {
      if (below(3) != 0) continue;
      for (int i = 1 + below(2); i > 0; --i) alert.filters.dimensions[name].push_back(value());
    }
    alert.direction = static_cast<Direction>(below(3));
    if (below(3) == 0) alert.min_change.absolute = below(10) * 5.0;
    if (below(3) == 0) alert.min_change.percent = below(10) * 25.0;
    return alert;
  }

  Silence silence() {
    Silence silence;
    silence.from = noon - hours(below(3) - 1);
    silence.until = silence.from + hours(1 + below(2));
    if (below(4) == 0) silence.alert = below(2) == 0 ? "pager" : "other";
    if (below(4) == 0) silence.detector = below(2) == 0 ? "shop" : "other";
    if (below(3) == 0) silence.measure = measure();
    for (const auto* name : {"country", "device", "plan"})
      if (below(3) == 0) silence.dimensions[name] = value();
    return silence;
  }

 private:
  int below(int count) { return static_cast<int>(engine_() % static_cast<unsigned>(count)); }
  std::string measure() {
    return std::vector<std::string>{"views", "orders",
                                    "revenue"}[static_cast<std::size_t>(below(3))];
  }
  std::string value() { return std::string(1, static_cast<char>('a' + below(3))); }
  std::map<std::string, std::string> dimensions() {
    std::map<std::string, std::string> dimensions;
    for (const auto* name : {"country", "device", "plan"})
      if (below(3) != 0) dimensions[name] = value();
    return dimensions;
  }

  std::mt19937 engine_;
};

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

Silence a_silence() {
  Silence silence;
  silence.from = noon - hours(1);
  silence.until = noon + hours(1);
  return silence;
}

TEST(IsSilenced, MutesEverythingWhereItNamesNothing) {
  EXPECT_TRUE(is_silenced(a_silence(), an_alert(), a_group().with("views"), noon));
}

TEST(IsSilenced, BeginsAtFromAndIsOverAtUntil) {
  const auto silence = a_silence();
  const AnomalyGroup group = a_group().with("views");
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, silence.from));
  EXPECT_FALSE(
      is_silenced(silence, an_alert(), group, silence.from - std::chrono::milliseconds(1)));
  EXPECT_TRUE(
      is_silenced(silence, an_alert(), group, silence.until - std::chrono::milliseconds(1)));
  EXPECT_FALSE(is_silenced(silence, an_alert(), group, silence.until));
}

TEST(IsSilenced, MutesTheNamedAlertAndDetectorOnly) {
  auto silence = a_silence();
  silence.alert = "pager";
  EXPECT_TRUE(is_silenced(silence, an_alert("pager"), a_group().with("views"), noon));
  EXPECT_FALSE(is_silenced(silence, an_alert("mail"), a_group().with("views"), noon));
  silence.detector = "till";
  EXPECT_FALSE(is_silenced(silence, an_alert("pager"), a_group().with("views"), noon));
}

TEST(IsSilenced, MutesWhereEveryPassingSeriesIsOfTheMeasure) {
  auto silence = a_silence();
  silence.measure = "views";
  EXPECT_TRUE(is_silenced(silence, an_alert(), a_group().with("views"), noon));
  EXPECT_FALSE(is_silenced(silence, an_alert(), a_group().with("views").with("revenue"), noon));

  auto alert = an_alert();
  alert.filters.measures = {"views"};
  EXPECT_TRUE(is_silenced(silence, alert, a_group().with("views").with("revenue"), noon));
}

TEST(IsSilenced, LooksPastRollUpsOverTheSilencedDimension) {
  auto silence = a_silence();
  silence.dimensions = {{"country", "NL"}};
  const auto group = a_group()
                         .with("views", {{"country", "NL"}, {"device", "web"}})
                         .with("views", {{"device", "web"}})
                         .with("views");
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, noon));
}

TEST(IsSilenced, SpeaksUpWhereAnotherValueIsAnomalousToo) {
  auto silence = a_silence();
  silence.dimensions = {{"country", "NL"}};
  EXPECT_FALSE(is_silenced(
      silence, an_alert(),
      a_group().with("views", {{"country", "NL"}}).with("views", {{"country", "BE"}}), noon));
  EXPECT_FALSE(is_silenced(silence, an_alert(), a_group().with("views"), noon));
}

TEST(IsSilenced, MutesNothingThatTheSilenceDoesNotMatchOnRandomCases) {
  RandomCases cases(3);
  int silenced = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto silence = cases.silence();
    const auto alert = cases.alert();
    const auto group = cases.group();
    if (!is_silenced(silence, alert, group, noon)) continue;
    ++silenced;
    ASSERT_TRUE(silence.from <= noon && noon < silence.until);
    ASSERT_TRUE(silence.alert.empty() || silence.alert == alert.name);
    ASSERT_TRUE(silence.detector.empty() || silence.detector == group.detector);
    // No series that passes alone may belong to another measure or value.
    for (const auto& series : group.series) {
      AnomalyGroup alone = group;
      alone.series = {series};
      alone.severity = 100;
      if (!obviously_passes(alert, alone)) continue;
      ASSERT_TRUE(silence.measure.empty() || silence.measure == series.key.measure);
      for (const auto& [dimension, value] : silence.dimensions) {
        const auto found = series.key.dimensions.find(dimension);
        ASSERT_TRUE(found == series.key.dimensions.end() || found->second == value);
      }
    }
  }
  EXPECT_GT(silenced, 200);
}

}  // namespace
}  // namespace bellwether::alert
