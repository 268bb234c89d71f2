#include "bellwether/explain/contributions.hpp"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>

#include "cube.hpp"
#include "leaf_deviations.hpp"

namespace bellwether::explain {
namespace {

using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pointwise;

Cube a_cube(Aggregate aggregate, std::uint64_t order = 0) {
  return Cube(a_detector({{"amount", aggregate}}, {"country", "device"}),
              {{"be", "de", "nl"}, {"phone", "web"}}, order);
}

auto value_is(const std::string& value, double percent, double deviation) {
  return testing::AllOf(Field(&ValueContribution::value, value),
                        Field(&ValueContribution::percent, DoubleNear(percent, 1e-9)),
                        Field(&ValueContribution::deviation, DoubleNear(deviation, 1e-6)));
}

DeviationMatrix matrix_of(const Cube& cube, const Moment& moment) {
  DeviationMatrix matrix(0, cube.spec.measures[0].aggregate);
  matrix.add(moment.frame, moment.scored, cube.dictionary);
  return matrix;
}

TEST(DeviationMatrix, ListsValuesByTheirShareOfTheDeviation) {
  const Cube cube = a_cube(Aggregate::sum);
  Moment moment(cube, 5);
  moment.scale(0, {{"country", "nl"}, {"device", "web"}}, 0.2);
  moment.scale(0, {{"country", "de"}, {"device", "web"}}, 0.8);
  moment.scale(0, {{"country", "be"}, {"device", "phone"}}, 1.1).score();
  const auto contributions = matrix_of(cube, moment).contributions(cube.dictionary);

  ASSERT_EQ(contributions.size(), 2U);
  EXPECT_EQ(contributions[0].dimension, "country");
  EXPECT_THAT(contributions[0].values,
              ElementsAre(value_is("nl", 80, -80), value_is("de", 20, -20), value_is("be", 0, 10)));
  EXPECT_EQ(contributions[1].dimension, "device");
  EXPECT_THAT(contributions[1].values,
              ElementsAre(value_is("web", 100, -100), value_is("phone", 0, 10)));
}

TEST(DeviationMatrix, IsEmptyWhereNothingDeviates) {
  const Cube cube = a_cube(Aggregate::sum);
  Moment moment(cube, 5);
  moment.score();
  for (const auto& dimension : matrix_of(cube, moment).contributions(cube.dictionary))
    EXPECT_THAT(dimension.values, IsEmpty());
}

TEST(DeviationMatrix, CountsAnAbsentLeafAsZeroWhereAValueWasExpected) {
  const Cube cube = a_cube(Aggregate::sum);
  Moment moment(cube, 5);
  moment.set(0, {{"country", "nl"}, {"device", "web"}}, std::nan("")).score();
  const auto matrix = matrix_of(cube, moment);
  EXPECT_DOUBLE_EQ(matrix.total(), -100);
  EXPECT_THAT(matrix.contributions(cube.dictionary)[0].values,
              ElementsAre(value_is("nl", 100, -100)));
}

TEST(DeviationMatrix, LeavesOutAnAbsentLeafThatWasNotJudged) {
  const Cube cube = a_cube(Aggregate::sum);
  Moment moment(cube, 5);
  moment.set(0, {{"country", "nl"}, {"device", "web"}}, std::nan("")).score();
  auto& scores = moment.scored.measures[0];
  for (std::size_t s = 0; s < scores.severity.size(); ++s)
    if (std::isnan(moment.frame.measures[0].values[s])) scores.severity[s] = std::nanf("");
  EXPECT_DOUBLE_EQ(matrix_of(cube, moment).total(), 0);
}

TEST(DeviationMatrix, LeavesOutAnAbsentLeafOfAnAverage) {
  const Cube cube = a_cube(Aggregate::avg);
  Moment moment(cube, 5);
  moment.set(0, {{"country", "nl"}, {"device", "web"}}, std::nan(""));
  moment.rows(0, {{"country", "nl"}, {"device", "web"}}, 0).score();
  EXPECT_DOUBLE_EQ(matrix_of(cube, moment).total(), 0);
}

TEST(DeviationMatrix, WeighsTheLeavesOfAnAverageByTheirRows) {
  const Cube cube = a_cube(Aggregate::avg);
  Moment moment(cube, 5);
  moment.rows(0, {}, 10);
  moment.rows(0, {{"country", "nl"}}, 30);
  moment.set(0, {{"country", "nl"}, {"device", "web"}}, 120);
  moment.set(0, {{"country", "be"}, {"device", "web"}}, 120).score();
  const auto matrix = matrix_of(cube, moment);

  // 100 rows in all: 30 of them are off by 20, and 10.
  EXPECT_NEAR(matrix.total(), 20 * 0.3 + 20 * 0.1, 1e-12);
  EXPECT_THAT(matrix.contributions(cube.dictionary)[0].values,
              ElementsAre(value_is("nl", 75, 6), value_is("be", 25, 2)));
}

TEST(DeviationMatrix, OfAnExtremeSaysWhatWouldChangeWithAValueAsExpected) {
  const Cube cube = a_cube(Aggregate::max);
  Moment moment(cube, 5);
  moment.set(0, {{"country", "nl"}, {"device", "web"}}, 500);
  moment.set(0, {{"country", "be"}, {"device", "phone"}}, 300).score();
  const auto matrix = matrix_of(cube, moment);
  EXPECT_DOUBLE_EQ(matrix.total(), 400);
  EXPECT_THAT(matrix.contributions(cube.dictionary)[0].values,
              ElementsAre(value_is("nl", 100, 200)));
}

TEST(DeviationMatrix, OfExtremesAgreesWithReplacingLeavesOneValueAtATime) {
  for (const Aggregate aggregate : {Aggregate::min, Aggregate::max}) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
      const Cube cube = a_cube(aggregate);
      Dice dice(seed);
      Moment moment(cube, 5);
      moment.noise(dice, 0.5).score();
      const auto matrix = matrix_of(cube, moment);
      LeafOrder order;
      order.refresh(cube.dictionary);
      const auto leaves =
          leaf_deviations(moment.frame, moment.scored, cube.dictionary, order, 0, aggregate);
      CombinationIndex values(cube.dictionary);
      std::vector<double> by_matrix;
      for (std::size_t i = 0; i < 2; ++i) {
        for (ValueId id = 1; id <= cube.dictionary.value_count(i); ++id) {
          Combination combination(2, any_value);
          combination[i] = id;
          values.add(combination);
          by_matrix.push_back(matrix.deviations()[i][id]);
        }
      }
      EXPECT_THAT(deviations_inside(leaves, cube.dictionary, values),
                  Pointwise(DoubleEq(), by_matrix));
    }
  }
}

TEST(DeviationMatrix, SumsToTheTotalDeviationInEveryDimension) {
  for (const Aggregate aggregate : {Aggregate::sum, Aggregate::count, Aggregate::avg}) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      const Cube cube = a_cube(aggregate);
      Dice dice(seed);
      DeviationMatrix matrix(0, aggregate);
      double total = 0;
      for (IntervalIndex interval = 0; interval < 4; ++interval) {
        Moment moment(cube, interval);
        if (aggregate == Aggregate::avg)
          for (const auto* country : {"be", "de", "nl"})
            moment.rows(0, {{"country", country}}, 1 + static_cast<double>(dice.below(50)));
        moment.noise(dice, 0.4).score();
        matrix.add(moment.frame, moment.scored, cube.dictionary);
        const SeriesIndex all = cube.series({});
        total +=
            moment.frame.measures[0].values[all] - double{moment.scored.measures[0].expected[all]};
      }
      const double tolerance = 1e-9 * std::abs(matrix.total());
      for (const auto& values : matrix.deviations())
        EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0), matrix.total(), tolerance);
      EXPECT_NEAR(matrix.total(), total, 1e-3);
    }
  }
}

TEST(DeviationMatrix, IsTheSameBitForBitWhateverPlacesSeriesHave) {
  for (const Aggregate aggregate : {Aggregate::sum, Aggregate::avg, Aggregate::min}) {
    std::vector<std::vector<DimensionContribution>> seen;
    for (const std::uint64_t order : {0, 3, 17}) {
      const Cube cube = a_cube(aggregate, order);
      Moment moment(cube, 5);
      double nudge = 1;
      for (const auto* country : {"nl", "be", "de"})
        for (const auto* device : {"web", "phone"})
          moment.scale(0, {{"country", country}, {"device", device}}, 1 / (nudge += 0.137));
      moment.score();
      seen.push_back(matrix_of(cube, moment).contributions(cube.dictionary));
    }
    EXPECT_EQ(seen[0], seen[1]);
    EXPECT_EQ(seen[0], seen[2]);
  }
}

TEST(RatioShare, SumsExactlyToTheDeviationOfTheRatio) {
  Dice dice(7);
  for (int round = 0; round < 1000; ++round) {
    std::vector<RatioParts> leaves(1 + dice.below(20));
    RatioParts whole;
    for (auto& leaf : leaves) {
      leaf = {dice.uniform(-10, 100), dice.uniform(-10, 100), dice.uniform(0.1, 50),
              dice.uniform(0.1, 50)};
      whole.numerator += leaf.numerator;
      whole.numerator_forecast += leaf.numerator_forecast;
      whole.denominator += leaf.denominator;
      whole.denominator_forecast += leaf.denominator_forecast;
    }
    double sum = 0;
    double size = 0;
    for (const auto& leaf : leaves) {
      sum += ratio_share(leaf, whole);
      size += std::abs(ratio_share(leaf, whole));
    }
    EXPECT_NEAR(
        sum,
        whole.numerator / whole.denominator - whole.numerator_forecast / whole.denominator_forecast,
        1e-9 * (1 + size));
  }
}

TEST(Percentages, AlwaysAddUpToOneHundred) {
  Dice dice(11);
  for (int round = 0; round < 2000; ++round) {
    std::vector<double> shares(1 + dice.below(200));
    for (auto& share : shares) share = dice.below(4) == 0 ? 0 : std::pow(dice.uniform(), 6) * 1e9;
    shares[0] += 1e-9;
    const auto percents = percentages(shares);
    std::int64_t hundredths = 0;
    for (const double percent : percents) {
      EXPECT_GE(percent, 0);
      hundredths += std::llround(percent * 100);
    }
    EXPECT_EQ(hundredths, 10'000);
  }
}

TEST(Percentages, RoundsTheLargestRemaindersUp) {
  EXPECT_THAT(percentages({1, 1, 1}), ElementsAre(33.34, 33.33, 33.33));
  EXPECT_THAT(percentages({2, 1}), ElementsAre(66.67, 33.33));
  EXPECT_THAT(percentages({0, 5}), ElementsAre(0, 100));
}

TEST(Percentages, AreZeroOfNothing) {
  EXPECT_THAT(percentages({0, 0}), ElementsAre(0, 0));
  EXPECT_THAT(percentages({}), IsEmpty());
}

}  // namespace
}  // namespace bellwether::explain
