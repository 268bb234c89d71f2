#include "pace.hpp"

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

using std::chrono::seconds;

TEST(Pace, GivesTimeForWhatHasPassedAndNoMoreThanTheWhole) {
  const Pace pace(seconds(60));
  const auto now = std::chrono::steady_clock::now();

  EXPECT_LE(pace.left(0, now), seconds(10));
  EXPECT_GT(pace.left(0, now), seconds(8));
  EXPECT_EQ(pace.left(1, now + seconds(11)), Duration(0));
  EXPECT_GT(pace.left(2 * Pace::least_bytes_per_second, now + seconds(11)), Duration(0));
  EXPECT_EQ(pace.left(2 * Pace::least_bytes_per_second, now + seconds(13)), Duration(0));
  EXPECT_GT(pace.left(32U << 20U, now + seconds(59)), Duration(0));
  EXPECT_EQ(pace.left(32U << 20U, now + seconds(61)), Duration(0));
}

}  // namespace
}  // namespace bellwether::api
