#include "combination_index.hpp"

#include <set>

#include <gmock/gmock.h>

#include "cube.hpp"
#include "leaf_deviations.hpp"

namespace bellwether::explain {
namespace {

using testing::DoubleEq;
using testing::Pointwise;

Cube a_cube(Aggregate aggregate = Aggregate::sum) {
  return Cube(a_detector({{"amount", aggregate}}, {"country", "device", "plan"}),
              {values_named("c", 6), values_named("d", 4), values_named("p", 3)});
}

/// Some of the cube's combinations, of all masks.
CombinationIndex some_of(const Cube& cube, Dice& dice) {
  CombinationIndex index(cube.dictionary);
  for (SeriesIndex series = 0; series < cube.dictionary.series_count(); ++series)
    if (dice.below(6) == 0) index.add(cube.dictionary.combination(series));
  return index;
}

TEST(CombinationIndex, NumbersCombinationsInTheOrderTheyCome) {
  const Cube cube = a_cube();
  CombinationIndex index(cube.dictionary);
  const auto first = cube.dictionary.combination(cube.series({{"country", "c1"}}));
  const auto second = cube.dictionary.combination(cube.series({}));
  EXPECT_EQ(index.add(first), 0U);
  EXPECT_EQ(index.add(second), 1U);
  EXPECT_EQ(index.add(first), 0U);
  EXPECT_EQ(index.size(), 2U);
  EXPECT_EQ(index.find(second), 1U);
  EXPECT_EQ(index.find(cube.dictionary.combination(cube.series({{"plan", "p0"}}))), std::nullopt);
}

TEST(CombinationIndex, VisitsExactlyWhatALeafLiesWithin) {
  const Cube cube = a_cube();
  Dice dice(1);
  for (int round = 0; round < 20; ++round) {
    const CombinationIndex index = some_of(cube, dice);
    for (const SeriesIndex leaf : cube.leaves_of[cube.series({})]) {
      const auto combination = cube.dictionary.combination(leaf);
      std::multiset<std::size_t> visited;
      index.visit_around(combination, [&](std::size_t place) { visited.insert(place); });
      std::multiset<std::size_t> expected;
      for (std::size_t place = 0; place < index.size(); ++place)
        if (is_inside(combination, index.combination(place))) expected.insert(place);
      EXPECT_EQ(visited, expected);
    }
  }
}

TEST(DeviationsInside, AreTheSumsOfTheLeavesInside) {
  for (const Aggregate aggregate : {Aggregate::sum, Aggregate::count, Aggregate::avg}) {
    const Cube cube = a_cube(aggregate);
    Dice dice(2);
    Moment moment(cube, 0);
    moment.noise(dice, 0.5).score();
    LeafOrder order;
    order.refresh(cube.dictionary);
    const auto deviations =
        leaf_deviations(moment.frame, moment.scored, cube.dictionary, order, 0, aggregate);
    const CombinationIndex index = some_of(cube, dice);
    std::vector<double> expected(index.size(), 0.0);
    for (std::size_t place = 0; place < index.size(); ++place)
      for (const auto& leaf : deviations.leaves)
        if (is_inside(cube.dictionary.combination(leaf.series), index.combination(place)))
          expected[place] += leaf.deviation;
    EXPECT_THAT(deviations_inside(deviations, cube.dictionary, index),
                Pointwise(DoubleEq(), expected));
  }
}

}  // namespace
}  // namespace bellwether::explain
