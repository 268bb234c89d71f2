#include "step_edges.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

TEST(StepEdges, GiveAKnotToItsNeighboursOnEitherSide) {
  StepEdges edges;
  EXPECT_TRUE(edges.empty());
  ASSERT_TRUE(edges.add(7, 5));
  EXPECT_FALSE(edges.empty());
  EXPECT_EQ(edges.knot_at(7, 4, 24), 6);
  EXPECT_EQ(edges.knot_at(7, 5, 24), 8);
  EXPECT_EQ(edges.knot_at(8, 0, 24), 8);
}

TEST(StepEdges, WrapAroundTheCycle) {
  StepEdges edges;
  edges.add(0, 3);
  edges.add(23, 3);
  EXPECT_EQ(edges.knot_at(0, 0, 24), 23);
  EXPECT_EQ(edges.knot_at(23, 3, 24), 0);
}

TEST(StepEdges, AreAFew) {
  StepEdges edges;
  for (int k = 0; k < 8; ++k) EXPECT_TRUE(edges.add(2 * k, 1));
  EXPECT_FALSE(edges.add(20, 1));
  EXPECT_EQ(edges.knot_at(20, 0, 24), 20);
}

TEST(StepEdges, AreFoundWhereTheCycleSteps) {
  // Two cycles of 24 knots with 12 points each; from point 100 to 219 it is 10 higher.
  constexpr int period = 24 * 12;
  std::vector<float> values;
  for (int i = 0; i < 2 * period; ++i) {
    const int at = i % period;
    values.push_back((at >= 100 && at < 220 ? 10.0F : 0.0F) + (i % 2 == 0 ? 0.1F : -0.1F));
  }
  std::vector<float> knots(24, 0.0F);
  for (int k = 0; k < 24; ++k) {
    for (int i = 0; i < 12; ++i)
      knots[static_cast<std::size_t>(k)] += values[static_cast<std::size_t>(k * 12 + i)] / 12;
  }
  const StepEdges edges = find_edges(values, {0, period}, knots);
  EXPECT_EQ(edges.knot_at(8, 3, 24), 7);    // Point 99.
  EXPECT_EQ(edges.knot_at(8, 4, 24), 9);    // Point 100.
  EXPECT_EQ(edges.knot_at(18, 3, 24), 17);  // Point 219.
  EXPECT_EQ(edges.knot_at(18, 4, 24), 19);
  EXPECT_EQ(edges.knot_at(12, 0, 24), 12);
}

}  // namespace
}  // namespace bellwether::detect
