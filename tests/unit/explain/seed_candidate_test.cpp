#include "seed_candidate.hpp"

#include <cmath>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "cube.hpp"

namespace bellwether::explain {
namespace {

/// Leaves of very different sizes, all about a third lower than expected.
LeafDeviations many_leaves(std::size_t count) {
  Dice dice(7);
  LeafDeviations deviations;
  for (std::size_t i = 0; i < count; ++i) {
    const double expected = std::exp(dice.uniform(0, 20));
    const double value = expected * dice.uniform(0.5, 0.8);
    deviations.leaves.push_back({.series = static_cast<SeriesIndex>(i),
                                 .value = value,
                                 .expected = expected,
                                 .deviation = value - expected,
                                 .weight = (value + expected) / 2});
  }
  return deviations;
}

/// Of every third leaf.
SeedCandidate a_candidate(std::size_t leaf_count) {
  SeedCandidate candidate(Combination{any_value});
  for (std::uint32_t place = 0; place < leaf_count; place += 3) candidate.add_leaf(place);
  return candidate;
}

void expect_same(const std::optional<SeedFit>& fit, const std::optional<SeedFit>& expected) {
  ASSERT_EQ(fit.has_value(), expected.has_value());
  if (!fit) return;
  EXPECT_EQ(fit->shift, expected->shift);
  EXPECT_EQ(fit->gain, expected->gain);
}

TEST(SeedCandidate, HasOneChangeForAllItsLeaves) {
  LeafDeviations deviations;
  for (std::uint32_t i = 0; i < 4; ++i) deviations.leaves.push_back({i, 60, 100, -40, 80});
  SeedCandidate candidate(Combination{any_value});
  for (std::uint32_t place = 0; place < 4; ++place) candidate.add_leaf(place);
  candidate.refit(deviations, std::vector<bool>(4, false));
  ASSERT_TRUE(candidate.fit());
  EXPECT_DOUBLE_EQ(candidate.fit()->shift, -0.5);
  EXPECT_DOUBLE_EQ(candidate.fit()->gain, 160);
}

TEST(SeedCandidate, IsNoneWhereItsLeavesGoEveryWay) {
  LeafDeviations deviations;
  for (std::uint32_t i = 0; i < 4; ++i)
    deviations.leaves.push_back({i, 100, 100, i % 2 == 0 ? 10.0 : -9.5, 100});
  SeedCandidate candidate(Combination{any_value});
  for (std::uint32_t place = 0; place < 4; ++place) candidate.add_leaf(place);
  candidate.refit(deviations, std::vector<bool>(4, false));
  EXPECT_FALSE(candidate.fit());
}

// More leaves than are added up in one go, set aside a few at a time.
TEST(SeedCandidate, FitsWhatIsLeftAsIfItHadNeverSeenTheRest) {
  constexpr std::size_t leaf_count = 40'000;
  const LeafDeviations deviations = many_leaves(leaf_count);
  SeedCandidate candidate = a_candidate(leaf_count);
  std::vector<bool> is_taken(leaf_count, false);
  Dice dice(8);
  std::size_t with_fit = 0;
  for (int round = 0; round < 40; ++round) {
    candidate.refit(deviations, is_taken);
    SeedCandidate fresh = a_candidate(leaf_count);
    fresh.refit(deviations, is_taken);
    expect_same(candidate.fit(), fresh.fit());
    with_fit += candidate.fit().has_value() ? 1 : 0;
    for (int leaf = 0; leaf < 300; ++leaf) {
      const auto place = static_cast<std::uint32_t>(3 * dice.below(leaf_count / 3));
      if (is_taken[place]) continue;
      is_taken[place] = true;
      candidate.note_taken(place);
    }
  }
  EXPECT_GT(with_fit, 5U);
  EXPECT_LT(with_fit, 40U);
}

TEST(SeedCandidate, IsNoneOnceAllItsLeavesAreSetAside) {
  constexpr std::size_t leaf_count = 10'000;
  const LeafDeviations deviations = many_leaves(leaf_count);
  SeedCandidate candidate = a_candidate(leaf_count);
  std::vector<bool> is_taken(leaf_count, false);
  candidate.refit(deviations, is_taken);
  ASSERT_TRUE(candidate.fit());
  for (const auto place : candidate.leaves()) {
    is_taken[place] = true;
    candidate.note_taken(place);
  }
  candidate.refit(deviations, is_taken);
  EXPECT_FALSE(candidate.fit());
}

}  // namespace
}  // namespace bellwether::explain
