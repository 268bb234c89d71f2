#include "bellwether/alert/silencing.hpp"

#include <algorithm>
#include <chrono>

#include <gmock/gmock.h>

#include "a_group.hpp"
#include "random_cases.hpp"

namespace bellwether::alert {
namespace {

using std::chrono::hours;

bool is_silenced(const Silence& silence, const AlertSpec& alert, const AnomalyGroup& group,
                 TimePoint time) {
  return alert::is_silenced({silence, {}}, alert, group, time, hours(1));
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
      is_silenced(silence, an_alert(), group, *silence.until - std::chrono::milliseconds(1)));
  EXPECT_FALSE(is_silenced(silence, an_alert(), group, *silence.until));
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
  silence.dimensions = {{"country", {"NL"}}};
  const auto group = a_group()
                         .with("views", {{"country", "NL"}, {"device", "web"}})
                         .with("views", {{"device", "web"}})
                         .with("views");
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, noon));
}

TEST(IsSilenced, SpeaksUpWhereAnotherValueIsAnomalousToo) {
  auto silence = a_silence();
  silence.dimensions = {{"country", {"NL"}}};
  EXPECT_FALSE(is_silenced(
      silence, an_alert(),
      a_group().with("views", {{"country", "NL"}}).with("views", {{"country", "BE"}}), noon));
  EXPECT_FALSE(is_silenced(silence, an_alert(), a_group().with("views"), noon));
}

TEST(IsSilenced, TakesListedValuesForAlternatives) {
  auto silence = a_silence();
  silence.dimensions = {{"country", {"NL", "BE"}}};
  EXPECT_TRUE(is_silenced(
      silence, an_alert(),
      a_group().with("views", {{"country", "NL"}}).with("views", {{"country", "BE"}}), noon));
  EXPECT_FALSE(
      is_silenced(silence, an_alert(), a_group().with("views", {{"country", "DE"}}), noon));
}

TEST(IsSilenced, MutesOneAnomaly) {
  auto silence = a_silence();
  silence.anomaly = "group-1";
  silence.until.reset();
  const auto much_later = noon + hours(1000);
  EXPECT_TRUE(is_silenced(silence, an_alert(), a_group().with("views"), much_later));
  EXPECT_FALSE(
      is_silenced(silence, an_alert(), a_group().named("group-2").with("views"), much_later));
}

TEST(IsSilenced, KeepsWhatBeganInItMutedUntilItCloses) {
  auto silence = a_silence();
  silence.until_closed = true;
  AnomalyGroup group = a_group().with("views");
  group.start = noon - hours(1);  // Its first interval ends at noon.
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, noon + hours(5)));
  group.start = noon;  // Ends when the silence does.
  EXPECT_FALSE(is_silenced(silence, an_alert(), group, noon + hours(5)));
  group.start = noon - hours(3);  // It had begun before, so it is muted for as long as anything.
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, noon));
  EXPECT_FALSE(is_silenced(silence, an_alert(), group, noon + hours(5)));
}

TEST(IsSilenced, RecursWithinItsWindowOnly) {
  auto silence = a_silence();
  silence.from = noon - hours(24 * 30);
  silence.until.reset();
  silence.recurring = WeeklyWindow{};
  silence.recurring->rule.weekdays[5] = true;  // 2026-03-20 is a Friday.
  silence.recurring->from = hours(11);
  silence.recurring->until = hours(13);
  const AnomalyGroup group = a_group().with("views");
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, noon));
  EXPECT_TRUE(is_silenced(silence, an_alert(), group, noon + hours(24 * 7)));
  EXPECT_FALSE(is_silenced(silence, an_alert(), group, noon + hours(24)));
  EXPECT_FALSE(is_silenced(silence, an_alert(), group, noon + hours(1)));
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
    ASSERT_TRUE(silence.from <= noon && noon < *silence.until);
    ASSERT_TRUE(silence.alert.empty() || silence.alert == alert.name);
    ASSERT_TRUE(silence.detector.empty() || silence.detector == group.detector);
    // No series that passes alone may belong to another measure or value.
    for (const auto& series : group.series) {
      AnomalyGroup alone = group;
      alone.series = {series};
      alone.severity = 100;
      if (!obviously_passes(alert, alone)) continue;
      ASSERT_TRUE(silence.measure.empty() || silence.measure == series.key.measure);
      for (const auto& [dimension, values] : silence.dimensions) {
        const auto found = series.key.dimensions.find(dimension);
        ASSERT_TRUE(found == series.key.dimensions.end() ||
                    std::ranges::find(values, found->second) != values.end());
      }
    }
  }
  EXPECT_GT(silenced, 200);
}

}  // namespace
}  // namespace bellwether::alert
