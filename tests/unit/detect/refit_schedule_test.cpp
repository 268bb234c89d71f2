#include "refit_schedule.hpp"

#include <set>

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

using namespace std::chrono_literals;

TEST(RefitSchedule, IsDenseInTheFirstDaysAndSparseLater) {
  const Cadence cadence(5min, 0s);
  std::vector<std::int64_t> ages{first_refit_age(cadence)};
  while (ages.back() < 28 * 288) ages.push_back(next_refit_age(ages.back(), cadence, 0));
  ages.pop_back();
  EXPECT_EQ(std::vector<std::int64_t>(ages.begin(), ages.begin() + 7),
            (std::vector<std::int64_t>{64, 128, 256, 512, 576, 864, 1152}));
  EXPECT_GE(ages.size(), 12U);
  EXPECT_LE(ages.size(), 14U);
}

TEST(RefitSchedule, NeverWaitsLongerThanHistoryReaches) {
  for (const auto interval : {60s, 300s, 3600s, 86'400s, 604'800s}) {
    const Cadence cadence(interval, 0s);
    for (std::int64_t age = 64; age < 2'000'000; age = next_refit_age(age, cadence, 0)) {
      const std::int64_t next = next_refit_age(age, cadence, 0.99);
      EXPECT_GT(next, age);
    }
  }
}

TEST(RefitSchedule, SpreadsBlocksOverTime) {
  const Cadence cadence(5min, 0s);
  std::set<std::int64_t> ages;
  for (std::uint64_t block = 0; block < 64; ++block) {
    ages.insert(next_refit_age(20 * 288, cadence, stagger_of(block)));
    EXPECT_EQ(next_refit_age(64, cadence, stagger_of(block)), 128) << "young series are exact";
  }
  EXPECT_EQ(ages.size(), 64U);
}

TEST(RefitSchedule, GivesNeighboursDistantTurns) {
  EXPECT_EQ(stagger_of(0), 0);
  EXPECT_EQ(stagger_of(1), 0.5);
  EXPECT_EQ(stagger_of(2), 0.25);
  EXPECT_EQ(stagger_of(3), 0.75);
}

}  // namespace
}  // namespace bellwether::detect
