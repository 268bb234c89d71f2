#include "bellwether/domain/amendment.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

TEST(Amendment, MergesEachAggregateAsIfAllRowsHadComeInTime) {
  EXPECT_EQ(with_late(Aggregate::sum, 5, 0, {3, 0}), 8);
  EXPECT_EQ(with_late(Aggregate::count, 5, 0, {3, 0}), 8);
  EXPECT_EQ(with_late(Aggregate::min, 5, 0, {3, 0}), 3);
  EXPECT_EQ(with_late(Aggregate::min, 5, 0, {7, 0}), 5);
  EXPECT_EQ(with_late(Aggregate::max, 5, 0, {3, 0}), 5);
  EXPECT_EQ(with_late(Aggregate::max, 5, 0, {7, 0}), 7);
  EXPECT_EQ(with_late(Aggregate::avg, 5, 2, {20, 3}), 6) << "(5 + 5 + 20) / 5";
}

TEST(Amendment, StandsAloneWhereNothingHadCome) {
  for (const Aggregate aggregate :
       {Aggregate::sum, Aggregate::count, Aggregate::min, Aggregate::max})
    EXPECT_EQ(with_late(aggregate, nothing, 0, {3, 0}), 3);
  EXPECT_EQ(with_late(Aggregate::avg, nothing, 0, {12, 3}), 4);
}

TEST(Amendment, LeavesNoValueWhereASumOverflows) {
  const double largest = std::numeric_limits<double>::max();
  EXPECT_TRUE(std::isnan(with_late(Aggregate::sum, largest, 0, {largest, 0})));
}

TEST(Amendment, AddsFurtherLateRows) {
  LateValue sum{3, 0};
  add_late(Aggregate::sum, sum, {4, 0});
  EXPECT_EQ(sum, (LateValue{7, 0}));
  LateValue mean{30, 3};
  add_late(Aggregate::avg, mean, {10, 2});
  EXPECT_EQ(mean, (LateValue{40, 5}));
  LateValue least{3, 0};
  add_late(Aggregate::min, least, {-1, 0});
  EXPECT_EQ(least, (LateValue{-1, 0}));
}

}  // namespace
}  // namespace bellwether
