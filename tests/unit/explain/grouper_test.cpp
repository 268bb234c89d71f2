#include "bellwether/explain/grouper.hpp"

#include <chrono>
#include <cmath>
#include <set>

#include <gmock/gmock.h>

#include "cube.hpp"

namespace bellwether::explain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Cube a_cube(std::vector<MeasureSpec> measures = {{"views", Aggregate::sum}},
            std::uint64_t order = 0) {
  return Cube(a_detector(std::move(measures), {"a", "b"}),
              {values_named("a", 6), values_named("b", 5)}, order);
}

const std::vector<MeasureSpec> two_measures{{"views", Aggregate::sum}, {"revenue", Aggregate::sum}};

/// A grouper and the cube it watches, so that a test tells only what happens.
class Watch {
 public:
  explicit Watch(Cube cube)
      : cube_(std::move(cube)), grouper_(cube_.spec, cube_.grid, cube_.dictionary) {}

  Moment moment(IntervalIndex interval) const { return {cube_, interval}; }
  std::vector<GroupChange> see(Moment&& moment) { return see(moment); }
  std::vector<GroupChange> see(Moment& moment) {
    moment.score();
    return grouper_.add(moment.frame, moment.scored);
  }
  std::vector<GroupChange> see_quiet(IntervalIndex interval) { return see(moment(interval)); }
  const Cube& cube() const { return cube_; }
  Grouper& grouper() { return grouper_; }

 private:
  Cube cube_;
  Grouper grouper_;
};

TEST(Grouper, HasNothingToSayOfAQuietInterval) {
  Watch watch(a_cube());
  EXPECT_THAT(watch.see_quiet(1), IsEmpty());
}

TEST(Grouper, OpensOneGroupForALeafAndEveryRollUpAboveIt) {
  Watch watch(a_cube());
  const auto changes = watch.see(watch.moment(7).scale(0, {{"a", "a1"}, {"b", "b2"}}, 0.0));
  ASSERT_THAT(changes, SizeIs(1));
  const auto& group = changes[0].group;
  EXPECT_TRUE(changes[0].is_opened);
  EXPECT_FALSE(changes[0].is_closed);
  EXPECT_EQ(group.detector, "shop");
  EXPECT_EQ(group.status, GroupStatus::open);
  EXPECT_EQ(group.start, watch.cube().grid.start_of(7));
  EXPECT_EQ(group.end, group.start);
  EXPECT_EQ(group.primary_measure, "views");
  EXPECT_EQ(group.series_total, 3U);  // The leaf, a1 and b2; the total is within its bounds.
  ASSERT_THAT(group.series, SizeIs(3));
  EXPECT_EQ(group.series[0].key, (SeriesKey{"views", {{"a", "a1"}, {"b", "b2"}}}));
  EXPECT_EQ(group.series[0].value, 0);
  EXPECT_EQ(group.series[0].expected, 100);
  EXPECT_EQ(group.series[0].deviation, -100);
  ASSERT_THAT(group.root_causes, SizeIs(1));
  EXPECT_EQ(group.root_causes[0].dimensions, (Where{{"a", "a1"}, {"b", "b2"}}));
  EXPECT_EQ(group.root_causes[0].measure, "views");
  EXPECT_EQ(group.root_causes[0].explained_percent, 100);
  ASSERT_THAT(group.measures, SizeIs(1));
  EXPECT_EQ(group.measures[0].series_count, 3U);
  EXPECT_EQ(group.measures[0].contributions[0].values,
            (std::vector<ValueContribution>{{"a1", 100, -100}}));
}

TEST(Grouper, KeepsDisjointEventsOfOneIntervalApart) {
  Watch watch(a_cube());
  const auto changes =
      watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.6).scale(0, {{"a", "a4"}}, 0.3));
  EXPECT_THAT(changes, SizeIs(2));
  EXPECT_NE(changes[0].group.id, changes[1].group.id);
}

TEST(Grouper, TakesSiblingsOfOneShiftForOneEvent) {
  Watch watch(a_cube());
  const auto changes =
      watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.5).scale(0, {{"a", "a4"}}, 0.49));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_THAT(changes[0].group.root_causes, SizeIs(2));
}

TEST(Grouper, TakesTwoLeavesUnderABrokenParentForOneEvent) {
  Watch watch(a_cube());
  auto moment = watch.moment(7);
  moment.scale(0, {{"a", "a1"}}, 0.75).score();
  // Only the parent and two of its five leaves reach the threshold.
  moment.scored.anomalies.clear();
  moment.flag(0, {{"a", "a1"}, {"b", "b0"}}).flag(0, {{"a", "a1"}, {"b", "b3"}});
  moment.flag(0, {{"a", "a1"}});
  const auto changes = watch.grouper().add(moment.frame, moment.scored);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].group.series_total, 3U);
  EXPECT_EQ(changes[0].group.root_causes[0].dimensions, (Where{{"a", "a1"}}));
}

TEST(Grouper, DoesNotLetTheTotalJoinWhatBelongsToTwoGroups) {
  Watch watch(a_cube());
  watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.6).scale(0, {{"a", "a4"}}, 0.3));
  for (IntervalIndex t = 8; t < 12; ++t) {
    const auto changes =
        watch.see(watch.moment(t).scale(0, {{"a", "a1"}}, 0.6).scale(0, {{"a", "a4"}}, 0.3));
    ASSERT_THAT(changes, SizeIs(2));
    EXPECT_FALSE(changes[0].is_opened);
    EXPECT_FALSE(changes[1].is_opened);
  }
}

TEST(Grouper, FollowsAnEventThatWidens) {
  Watch watch(a_cube());
  const auto first = watch.see(watch.moment(7).scale(0, {{"a", "a1"}, {"b", "b1"}}, 0.2));
  const auto second = watch.see(watch.moment(8).scale(0, {{"a", "a1"}}, 0.2));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].group.id, first[0].group.id);
  EXPECT_FALSE(second[0].is_opened);
  EXPECT_EQ(second[0].group.start, first[0].group.start);
  EXPECT_EQ(second[0].group.end, watch.cube().grid.start_of(8));
  EXPECT_GT(second[0].group.series_total, first[0].group.series_total);
}

TEST(Grouper, TakesTheReboundForPartOfTheEvent) {
  Watch watch(a_cube());
  const auto first = watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.2));
  const auto second = watch.see(watch.moment(8).scale(0, {{"a", "a1"}}, 1.8));
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second[0].group.id, first[0].group.id);
}

TEST(Grouper, BridgesOneQuietInterval) {
  Watch watch(a_cube());
  const auto first = watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.2));
  EXPECT_THAT(watch.see_quiet(8), IsEmpty());
  const auto again = watch.see(watch.moment(9).scale(0, {{"a", "a1"}}, 0.2));
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].group.id, first[0].group.id);
}

TEST(Grouper, ClosesOnceAndForGoodAfterMoreQuiet) {
  Watch watch(a_cube());
  const auto first = watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.2));
  EXPECT_THAT(watch.see_quiet(8), IsEmpty());
  const auto closed = watch.see_quiet(9);
  ASSERT_THAT(closed, SizeIs(1));
  EXPECT_TRUE(closed[0].is_closed);
  EXPECT_FALSE(closed[0].is_opened);
  EXPECT_EQ(closed[0].group.status, GroupStatus::closed);
  EXPECT_EQ(closed[0].group.end, watch.cube().grid.start_of(7));
  AnomalyGroup reopened = closed[0].group;
  reopened.status = GroupStatus::open;
  EXPECT_EQ(reopened, first[0].group);
  EXPECT_THAT(watch.see_quiet(10), IsEmpty());

  const auto next = watch.see(watch.moment(11).scale(0, {{"a", "a1"}}, 0.2));
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_TRUE(next[0].is_opened);
  EXPECT_NE(next[0].group.id, first[0].group.id);
}

TEST(Grouper, BridgesTwoQuietIntervalsOfTenMinutes) {
  auto spec = a_cube().spec;
  spec.interval = std::chrono::minutes(10);
  Watch watch(Cube(spec, {values_named("a", 6), values_named("b", 5)}));
  watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.2));
  EXPECT_THAT(watch.see_quiet(8), IsEmpty());
  EXPECT_THAT(watch.see_quiet(9), IsEmpty());
  const auto again = watch.see(watch.moment(10).scale(0, {{"a", "a1"}}, 0.2));
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_FALSE(again[0].is_opened);
}

TEST(Grouper, ClosesBeforeLinkingWhenIntervalsWereSkipped) {
  Watch watch(a_cube());
  const auto first = watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.2));
  const auto later = watch.see(watch.moment(20).scale(0, {{"a", "a1"}}, 0.2));
  ASSERT_THAT(later, SizeIs(2));
  EXPECT_NE(later[0].group.id, later[1].group.id);
  EXPECT_NE(later[0].is_closed, later[1].is_closed);
}

TEST(Grouper, HoldsSeveralMeasuresOfOneEvent) {
  Watch watch(a_cube(two_measures));
  const auto changes =
      watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.4).scale(1, {{"a", "a1"}}, 0.4));
  ASSERT_THAT(changes, SizeIs(1));
  ASSERT_THAT(changes[0].group.measures, SizeIs(2));
  EXPECT_EQ(changes[0].group.measures[0].measure, "revenue");
  EXPECT_EQ(changes[0].group.measures[1].measure, "views");
  EXPECT_EQ(changes[0].group.primary_measure, "views");  // Configured first, and no less severe.
}

TEST(Grouper, LetsAMeasureFollowWithinTwoIntervals) {
  Watch watch(a_cube(two_measures));
  const auto first = watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.4));
  watch.see(watch.moment(8).scale(0, {{"a", "a1"}}, 0.4));
  const auto third = watch.see(watch.moment(9).scale(1, {{"a", "a1"}, {"b", "b2"}}, 0.2));
  ASSERT_THAT(third, SizeIs(1));
  EXPECT_EQ(third[0].group.id, first[0].group.id);
  EXPECT_THAT(third[0].group.measures, SizeIs(2));
}

TEST(Grouper, LeavesAMeasureThatComesLateToItself) {
  Watch watch(a_cube(two_measures));
  for (IntervalIndex t = 7; t < 11; ++t) watch.see(watch.moment(t).scale(0, {{"a", "a1"}}, 0.4));
  const auto changes = watch.see(
      watch.moment(11).scale(0, {{"a", "a1"}}, 0.4).scale(1, {{"a", "a1"}, {"b", "b2"}}, 0.2));
  EXPECT_THAT(changes, SizeIs(2));
}

TEST(Grouper, KeepsMeasuresInDifferentPlacesApart) {
  Watch watch(a_cube(two_measures));
  const auto changes =
      watch.see(watch.moment(7).scale(0, {{"a", "a1"}}, 0.4).scale(1, {{"a", "a2"}}, 0.4));
  EXPECT_THAT(changes, SizeIs(2));
}

TEST(Grouper, TellsHowMuchEachRootExplains) {
  Watch watch(a_cube());
  const auto changes = watch.see(
      watch.moment(7).scale(0, {{"a", "a1"}}, 0.5).scale(0, {{"a", "a4"}, {"b", "b0"}}, 0.5));
  // 5 leaves lost 50 each and one more lost 50: shares of 5/6 and 1/6.
  ASSERT_THAT(changes, SizeIs(2));
  std::multiset<double> shares;
  for (const auto& change : changes) shares.insert(change.group.root_causes[0].explained_percent);
  EXPECT_THAT(shares, ElementsAre(16.67, 83.33));
}

TEST(Grouper, RaisesSeverityWithMeasuresAndPersistenceButNeverLowersIt) {
  Watch watch(a_cube(two_measures));
  auto one = watch.moment(7);
  one.scale(0, {{"a", "a1"}}, 0.4).score();
  one.scored.anomalies.clear();
  one.flag(0, {{"a", "a1"}}, 70);
  const auto alone = watch.grouper().add(one.frame, one.scored);
  EXPECT_NEAR(alone[0].group.severity, 70, 1e-9);

  auto two = watch.moment(8);
  two.scale(0, {{"a", "a1"}}, 0.4).scale(1, {{"a", "a1"}}, 0.4).score();
  two.scored.anomalies.clear();
  two.flag(0, {{"a", "a1"}}, 70).flag(1, {{"a", "a1"}}, 70);
  const auto both = watch.grouper().add(two.frame, two.scored);
  const double joint = 100 * (1 - 0.3 * std::sqrt(0.3));
  EXPECT_NEAR(joint, 83.6, 0.05);
  EXPECT_NEAR(both[0].group.severity, joint + 0.3 * (100 - joint) * (1 - std::exp(-1.0 / 12)),
              1e-9);

  double last = both[0].group.severity;
  for (IntervalIndex t = 9; t < 100; ++t) {
    auto more = watch.moment(t);
    more.scale(0, {{"a", "a1"}}, 0.4).score();
    more.scored.anomalies.clear();
    more.flag(0, {{"a", "a1"}}, 61);
    const auto longer = watch.grouper().add(more.frame, more.scored);
    ASSERT_THAT(longer, SizeIs(1));
    EXPECT_GE(longer[0].group.severity, last);
    last = longer[0].group.severity;
  }
  EXPECT_LT(last, joint + 0.3 * (100 - joint));
}

TEST(Grouper, KeepsASeriesAsAtItsMostSevereInterval) {
  Watch watch(a_cube());
  const Where where{{"a", "a1"}, {"b", "b1"}};
  watch.see(watch.moment(7).scale(0, where, 0.5));
  watch.see(watch.moment(8).scale(0, where, 0.1));
  const auto changes = watch.see(watch.moment(9).scale(0, where, 0.6));
  ASSERT_THAT(changes, SizeIs(1));
  const auto& series = changes[0].group.series[0];
  EXPECT_EQ(series.first, watch.cube().grid.start_of(7));
  EXPECT_EQ(series.peak, watch.cube().grid.start_of(8));
  EXPECT_EQ(series.last, watch.cube().grid.start_of(9));
  EXPECT_NEAR(series.value, 10, 1e-9);
  EXPECT_NEAR(series.deviation, -50 - 90 - 40, 1e-9);
}

TEST(Grouper, SaysThatASeriesStoppedWhateverItsZerosWere) {
  Watch watch(a_cube());
  const Where leaf{{"a", "a1"}, {"b", "b2"}};
  watch.see(watch.moment(7).scale(0, leaf, 0.0));
  Moment last = watch.moment(8);
  last.set(0, leaf, std::nan("")).score().flag(0, leaf, 71);
  last.scored.anomalies.back().value = 0;
  last.scored.anomalies.back().reason = Reason::stopped_reporting;
  const auto changes = watch.grouper().add(last.frame, last.scored);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].group.series[0].reason, Reason::stopped_reporting);
  EXPECT_GT(changes[0].group.series[0].severity, 71);
  EXPECT_EQ(changes[0].group.series[0].deviation, -200);
}

TEST(Grouper, TakesASeriesOfAveragesThatStopped) {
  Watch watch(a_cube({{"price", Aggregate::avg}}));
  const Where leaf{{"a", "a1"}, {"b", "b2"}};
  Moment moment = watch.moment(7);
  moment.set(0, leaf, std::nan("")).rows(0, leaf, 0).score().flag(0, leaf, 71);
  moment.scored.anomalies.back().reason = Reason::stopped_reporting;
  const auto changes = watch.grouper().add(moment.frame, moment.scored);
  ASSERT_THAT(changes, SizeIs(1));
  const AnomalyGroup& group = changes[0].group;
  ASSERT_THAT(group.series, SizeIs(1));
  EXPECT_TRUE(std::isnan(group.series[0].value));
  EXPECT_EQ(group.series[0].deviation, 0);
  EXPECT_EQ(group.root_causes[0].dimensions, leaf);
  EXPECT_EQ(group.root_causes[0].explained_percent, 0);
  EXPECT_FALSE(std::isnan(group.severity));
}

TEST(Grouper, KeepsTheMostSevereThousandSeriesAndCountsTheRest) {
  Cube cube(a_detector({{"views", Aggregate::sum}}, {"a", "b"}),
            {values_named("a", 40), values_named("b", 40)});
  Grouper grouper(cube.spec, cube.grid, cube.dictionary);
  Moment moment(cube, 7);
  moment.scale(0, {}, 0.3).score();
  ASSERT_EQ(moment.scored.anomalies.size(), 41U * 41U);
  float severity = 60;
  for (auto& anomaly : moment.scored.anomalies) anomaly.severity = severity += 0.01F;
  auto changes = grouper.add(moment.frame, moment.scored);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].group.series_total, 41U * 41U);
  ASSERT_THAT(changes[0].group.series, SizeIs(AnomalyGroup::max_series_kept));
  EXPECT_GT(changes[0].group.series.back().severity, 66);

  Moment again(cube, 8);
  again.scale(0, {}, 0.3).score();
  changes = grouper.add(again.frame, again.scored);
  EXPECT_EQ(changes[0].group.series_total, 41U * 41U);
  EXPECT_EQ(changes[0].group.measures[0].series_count, 41U * 41U);
}

TEST(Grouper, WorksWithoutDimensions) {
  Cube cube(a_detector({{"views", Aggregate::sum}}, {}), {});
  Grouper grouper(cube.spec, cube.grid, cube.dictionary);
  Moment moment(cube, 7);
  moment.scale(0, {}, 3).score();
  const auto changes = grouper.add(moment.frame, moment.scored);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].group.series_total, 1U);
  ASSERT_THAT(changes[0].group.root_causes, SizeIs(1));
  EXPECT_THAT(changes[0].group.root_causes[0].dimensions, IsEmpty());
  EXPECT_EQ(changes[0].group.root_causes[0].explained_percent, 100);
}

TEST(Grouper, GroupsLeavesWhereRollUpsAreNoSeries) {
  auto spec = a_cube().spec;
  spec.rollups.kind = RollupKind::leaf;
  Watch watch(Cube(spec, {values_named("a", 6), values_named("b", 5)}));
  Dice dice(9);
  const auto changes = watch.see(watch.moment(7).scale(0, {{"b", "b3"}}, 0.4).noise(dice, 0.04));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].group.series_total, 6U);
}

TEST(Grouper, GivesIdsThatDependOnDetectorSeedAndStartAlone) {
  const auto id_of = [](const std::string& name, IntervalIndex start, double factor,
                        const Where& where) {
    Cube cube = a_cube();
    cube.spec.name = name;
    Watch watch(std::move(cube));
    return watch.see(watch.moment(start).scale(0, where, factor))[0].group.id;
  };
  const std::string id = id_of("shop", 7, 0.2, {{"a", "a1"}});
  EXPECT_EQ(id, id_of("shop", 7, 0.3, {{"a", "a1"}}));
  EXPECT_NE(id, id_of("shop", 8, 0.2, {{"a", "a1"}}));
  EXPECT_NE(id, id_of("shop", 7, 0.2, {{"a", "a2"}}));
  EXPECT_NE(id, id_of("till", 7, 0.2, {{"a", "a1"}}));
  EXPECT_EQ(id.size(), 36U);
}

TEST(Grouper, GivesChangesInTheOrderOfTheirIds) {
  Watch watch(a_cube());
  auto moment = watch.moment(7);
  for (int i = 0; i < 6; ++i)
    moment.scale(0, {{"a", "a" + std::to_string(i)}, {"b", "b" + std::to_string(i % 5)}},
                 0.1 + 0.13 * i);
  const auto changes = watch.see(moment);
  EXPECT_GE(changes.size(), 3U);
  EXPECT_TRUE(std::ranges::is_sorted(changes, {},
                                     [](const GroupChange& change) { return change.group.id; }));
}

}  // namespace
}  // namespace bellwether::explain
