#include "seed_finder.hpp"

#include <gmock/gmock.h>

#include "cube.hpp"

namespace bellwether::explain {
namespace {

using testing::ElementsAre;
using testing::SizeIs;
using testing::UnorderedElementsAre;

Cube a_cube(RollupKind rollups = RollupKind::all) {
  auto spec = a_detector({{"amount", Aggregate::sum}}, {"country", "device", "plan"});
  spec.rollups.kind = rollups;
  return Cube(spec, {values_named("c", 6), values_named("d", 4), values_named("p", 3)});
}

std::vector<Seed> seeds_of(const Cube& cube, const Moment& moment) {
  LeafOrder order;
  order.refresh(cube.dictionary);
  const auto leaves = leaf_deviations(moment.frame, moment.scored, cube.dictionary, order, 0,
                                      cube.spec.measures[0].aggregate);
  auto anomalies = moment.scored.anomalies;
  std::ranges::sort(anomalies, [&](const Anomaly& a, const Anomaly& b) {
    return precedes(cube.dictionary, cube.dictionary.combination(a.series),
                    cube.dictionary.combination(b.series));
  });
  return find_seeds(leaves, anomalies, cube.dictionary);
}

std::vector<Where> strong_ones(const Cube& cube, const std::vector<Seed>& seeds) {
  std::vector<Where> names;
  for (const auto& seed : seeds) {
    if (!seed.is_strong) continue;
    Where& where = names.emplace_back();
    for (std::size_t i = 0; i < seed.combination.size(); ++i)
      if (seed.combination[i] != any_value)
        where[cube.spec.dimensions[i]] = cube.dictionary.value_text(i, seed.combination[i]);
  }
  return names;
}

TEST(SeedFinder, BlamesTheLeafAndNotTheRollUpsAboveIt) {
  const Cube cube = a_cube();
  const Where broken{{"country", "c1"}, {"device", "d2"}, {"plan", "p0"}};
  Moment moment(cube, 0);
  moment.scale(0, broken, 0.0).score(0.02);
  const auto seeds = seeds_of(cube, moment);
  EXPECT_THAT(strong_ones(cube, seeds), ElementsAre(broken));
  EXPECT_THAT(seeds, SizeIs(1));
  EXPECT_EQ(seeds[0].anomalies.size(), moment.scored.anomalies.size());
  EXPECT_GT(seeds[0].anomalies.size(), 4U);
  EXPECT_DOUBLE_EQ(seeds[0].shift, -2);
  EXPECT_DOUBLE_EQ(seeds[0].gain, 1);
}

TEST(SeedFinder, BlamesTheRollUpWhenAllItsLeavesMoved) {
  const Cube cube = a_cube();
  Dice dice(3);
  Moment moment(cube, 0);
  moment.scale(0, {{"country", "c4"}}, 0.5).noise(dice, 0.03).score();
  EXPECT_THAT(strong_ones(cube, seeds_of(cube, moment)), ElementsAre(Where{{"country", "c4"}}));
}

TEST(SeedFinder, KeepsTwoPlacesApartUnderOneTotal) {
  const Cube cube = a_cube();
  Dice dice(4);
  Moment moment(cube, 0);
  moment.scale(0, {{"country", "c0"}}, 0.6).scale(0, {{"country", "c5"}, {"device", "d1"}}, 0.3);
  moment.noise(dice, 0.03).score();
  const auto seeds = seeds_of(cube, moment);
  EXPECT_THAT(
      strong_ones(cube, seeds),
      UnorderedElementsAre(Where{{"country", "c0"}}, Where{{"country", "c5"}, {"device", "d1"}}));
}

TEST(SeedFinder, FindsTheTotalWhenEverythingMoved) {
  const Cube cube = a_cube();
  Dice dice(5);
  Moment moment(cube, 0);
  moment.scale(0, {}, 1.4).noise(dice, 0.03).score();
  EXPECT_THAT(strong_ones(cube, seeds_of(cube, moment)), ElementsAre(Where{}));
}

TEST(SeedFinder, SeesWhatAppearsWhereNothingWasExpected) {
  const Cube cube = a_cube();
  const Where fresh{{"country", "c3"}, {"device", "d0"}};
  Moment moment(cube, 0);
  moment.expect(0, fresh, 0.001).set(0, fresh, 80).score();
  EXPECT_THAT(strong_ones(cube, seeds_of(cube, moment)), ElementsAre(fresh));
}

TEST(SeedFinder, FindsTheCommonAncestorWhereRollUpsAreNoSeries) {
  const Cube cube = a_cube(RollupKind::leaf);
  Dice dice(6);
  Moment moment(cube, 0);
  moment.scale(0, {{"device", "d3"}}, 0.4).noise(dice, 0.03).score();
  const auto seeds = seeds_of(cube, moment);
  EXPECT_THAT(strong_ones(cube, seeds), ElementsAre(Where{{"device", "d3"}}));
  EXPECT_THAT(seeds[0].anomalies, SizeIs(18));
}

TEST(SeedFinder, LetsASeriesStandAloneThatNothingExplains) {
  const Cube cube = a_cube();
  Moment moment(cube, 0);
  moment.scale(0, {{"country", "c1"}}, 0.5).score();
  // A roll-up elsewhere rose by its own account, though its leaves did not.
  moment.flag(0, {{"country", "c2"}}).scored.anomalies.back().value = 1e6;
  const auto seeds = seeds_of(cube, moment);
  ASSERT_THAT(seeds, SizeIs(2));
  EXPECT_TRUE(seeds[0].is_strong);
  EXPECT_FALSE(seeds[1].is_strong);
  EXPECT_EQ(seeds[1].gain, 0);
  EXPECT_THAT(seeds[1].anomalies, SizeIs(1));
}

TEST(SeedFinder, FindsTheCommonAncestorThatDoesNotReachTheThreshold) {
  const Cube cube = a_cube();
  Moment moment(cube, 0);
  moment.scale(0, {{"country", "c4"}}, 0.5).score();
  std::erase_if(moment.scored.anomalies,
                [&](const Anomaly& anomaly) { return !cube.dictionary.is_leaf(anomaly.series); });
  EXPECT_THAT(strong_ones(cube, seeds_of(cube, moment)), ElementsAre(Where{{"country", "c4"}}));
}

TEST(SeedFinder, EveryAnomalyHangsOnExactlyOneSeed) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Cube cube = a_cube(seed % 2 == 0 ? RollupKind::all : RollupKind::leaf);
    Dice dice(seed);
    Moment moment(cube, 0);
    for (int event = 0; event < 3; ++event)
      moment.scale(0,
                   {{"country", "c" + std::to_string(dice.below(6))},
                    {"device", "d" + std::to_string(dice.below(4))}},
                   dice.uniform(0.1, 2.5));
    moment.noise(dice, 0.1).score();
    std::size_t hung = 0;
    for (const auto& found : seeds_of(cube, moment)) {
      EXPECT_FALSE(found.anomalies.empty());
      hung += found.anomalies.size();
    }
    EXPECT_EQ(hung, moment.scored.anomalies.size());
  }
}

}  // namespace
}  // namespace bellwether::explain
