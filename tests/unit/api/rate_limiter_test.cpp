#include "rate_limiter.hpp"

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(RateLimiter, AllowsABurstAndThenItsRate) {
  RateLimiter limiter(2, 2);
  RateLimiter::Instant now{};

  EXPECT_FALSE(limiter.refuse("a", now));
  EXPECT_FALSE(limiter.refuse("a", now));
  EXPECT_EQ(limiter.refuse("a", now), milliseconds(500));
  now += milliseconds(250);
  EXPECT_EQ(limiter.refuse("a", now), milliseconds(250));
  now += milliseconds(250);
  EXPECT_FALSE(limiter.refuse("a", now));
}

TEST(RateLimiter, ChargesWhatARequestTurnedOutToBe) {
  RateLimiter limiter(10, 5);
  RateLimiter::Instant now{};
  EXPECT_FALSE(limiter.refuse("a", now));
  limiter.charge("a", 14, now);  // 5 - 1 - 14 = -10

  EXPECT_EQ(limiter.refuse("a", now), milliseconds(1100));
  EXPECT_FALSE(limiter.refuse("b", now));
  limiter.charge("a", 1e9, now);
  EXPECT_EQ(limiter.refuse("a", now), milliseconds(10'100)) << "no longer than the longest debt";
}

TEST(RateLimiter, DoesNotSaveUpMoreThanABurst) {
  RateLimiter limiter(10, 2);
  RateLimiter::Instant now{};
  limiter.refuse("a", now);

  now += seconds(1000);

  EXPECT_FALSE(limiter.refuse("a", now));
  EXPECT_FALSE(limiter.refuse("a", now));
  EXPECT_TRUE(limiter.refuse("a", now));
}

TEST(RateLimiter, ForgetsWhoIsAtRest) {
  RateLimiter limiter(1, 1);
  RateLimiter::Instant now{};
  for (std::size_t i = 0; i < RateLimiter::max_callers; ++i)
    EXPECT_FALSE(limiter.refuse(std::to_string(i), now));

  now += seconds(2);

  EXPECT_FALSE(limiter.refuse("newcomer", now));
  EXPECT_FALSE(limiter.refuse("0", now));
}

}  // namespace
}  // namespace bellwether::api
