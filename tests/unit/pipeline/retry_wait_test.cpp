#include "retry_wait.hpp"

#include <gtest/gtest.h>

namespace bellwether::pipeline {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(RetryWait, DoublesFromASecondToAQuarterOfAnHour) {
  const RetryPolicy policy;
  EXPECT_EQ(retry_wait(policy, 1, {}, 0), seconds(1));
  EXPECT_EQ(retry_wait(policy, 2, {}, 0), seconds(2));
  EXPECT_EQ(retry_wait(policy, 5, {}, 0), seconds(16));
  EXPECT_EQ(retry_wait(policy, 40, {}, 0), minutes(15));
  EXPECT_EQ(retry_wait(policy, 4'000'000'000, {}, 0), minutes(15));
}

TEST(RetryWait, IsShortenedAtRandomByUpToHalf) {
  EXPECT_EQ(retry_wait({}, 3, {}, 1), seconds(2));
  EXPECT_EQ(retry_wait({}, 3, {}, 0.5), seconds(3));
}

TEST(RetryWait, IsNeverShorterThanTheReceiverAskedFor) {
  EXPECT_EQ(retry_wait({}, 1, minutes(2), 0.3), minutes(2));
  EXPECT_EQ(retry_wait({}, 40, seconds(1), 0), minutes(15));
}

/// m1: `Retry-After: 99999999999999999999` is read as a day.
TEST(RetryWait, IsNeverLongerThanTheLongestWait) {
  EXPECT_EQ(retry_wait({}, 1, std::chrono::days(1), 0), minutes(15));
  EXPECT_EQ(bounded_hold({}, std::chrono::hours(1)), minutes(15));
  EXPECT_EQ(bounded_hold({}, minutes(2)), minutes(2));
  EXPECT_EQ(bounded_hold({}, std::nullopt), std::nullopt);
}

}  // namespace
}  // namespace bellwether::pipeline
