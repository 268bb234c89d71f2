#include "refit_schedule.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether::detect {
namespace {

using namespace std::chrono_literals;

constexpr RefitTurn first{};

std::vector<std::int64_t> ages_up_to(std::int64_t last, const Cadence& cadence,
                                     const RefitTurn& turn) {
  std::vector<std::int64_t> ages;
  for (std::int64_t age = first_refit_age(cadence, turn); age < last;
       age = next_refit_age(age, cadence, turn)) {
    ages.push_back(age);
  }
  return ages;
}

TEST(RefitSchedule, IsDenseInTheFirstDaysAndSparseLater) {
  const auto ages = ages_up_to(28 * 288, Cadence(5min, 0s), first);
  EXPECT_EQ(std::vector<std::int64_t>(ages.begin(), ages.begin() + 7),
            (std::vector<std::int64_t>{64, 128, 256, 512, 576, 864, 1152}));
  EXPECT_GE(ages.size(), 12U);
  EXPECT_LE(ages.size(), 14U);
}

TEST(RefitSchedule, AlwaysGoesOn) {
  for (const auto interval : {60s, 300s, 3600s, 86'400s, 604'800s}) {
    const Cadence cadence(interval, 0s);
    for (const std::uint64_t block : {0U, 1U, 63U, 12'345U}) {
      const RefitTurn turn = turn_of(block);
      for (std::int64_t age = 64; age < 2'000'000;) {
        const std::int64_t next = next_refit_age(age, cadence, turn);
        ASSERT_GT(next, age);
        age = next;
      }
    }
  }
}

TEST(RefitSchedule, LetsASmallDetectorLearnItsSeasonsAtOnce) {
  const Cadence cadence(5min, 0s);
  std::set<std::int64_t> ages;
  for (std::uint64_t block = 0; block < 32; ++block) {
    const RefitTurn turn = turn_of(block);
    EXPECT_EQ(first_refit_age(cadence, turn), 64);
    EXPECT_EQ(next_refit_age(64, cadence, turn), 128);
    EXPECT_EQ(next_refit_age(512, cadence, turn), 576);
    EXPECT_EQ(refit_age_after_shift(2000, cadence, turn), 2576);
    EXPECT_EQ(refit_age_after_clock_change(2000, cadence, turn), 2001);
    ages.insert(next_refit_age(20 * 288, cadence, turn));
  }
  EXPECT_EQ(ages.size(), 32U) << "later refits have places of their own";
}

TEST(RefitSchedule, KeepsTheLoadOfALargeDetectorLevel) {
  constexpr std::uint64_t blocks = 4096;
  for (const auto interval : {300s, 3600s}) {
    const Cadence cadence(interval, 0s);
    const std::int64_t month = std::int64_t{28} * cadence.points_per_day;
    std::vector<double> load(static_cast<std::size_t>(month));
    for (std::uint64_t block = 0; block < blocks; ++block) {
      for (const std::int64_t age : ages_up_to(month, cadence, turn_of(block))) {
        load[static_cast<std::size_t>(age)] += static_cast<double>(age);  // A refit's cost.
      }
    }
    std::vector<double> sorted = load;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_LT(sorted.back(), 5 * sorted[sorted.size() / 2]);
  }
}

TEST(RefitSchedule, GivesNeighboursDistantPlaces) {
  EXPECT_EQ(turn_of(0).place, 0);
  EXPECT_EQ(turn_of(1).place, 0.5);
  EXPECT_EQ(turn_of(2).place, 0.25);
  EXPECT_EQ(turn_of(3).place, 0.75);
}

TEST(RefitSchedule, SharesOutWhatAllSeriesAskForAtOnce) {
  const Cadence cadence(1h, 0s);
  std::set<std::int64_t> after_shift;
  std::set<std::int64_t> after_clock_change;
  for (std::uint64_t block = 32; block < 4096; ++block) {
    after_shift.insert(refit_age_after_shift(2000, cadence, turn_of(block)));
    after_clock_change.insert(refit_age_after_clock_change(2000, cadence, turn_of(block)));
  }
  EXPECT_GE(after_shift.size(), 48U);
  EXPECT_GE(after_clock_change.size(), 168U);
  EXPECT_LE(*after_clock_change.rbegin(), 2000 + 169);
}

}  // namespace
}  // namespace bellwether::detect
