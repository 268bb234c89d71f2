#include "bellwether/base/clock.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(ReplayClock, RunsFromItsStartAsFastAsItIsTold) {
  const TimePoint start = parse_rfc3339("2026-03-01T00:00:00Z").value();
  const ReplayClock clock(start, 3600);
  const auto real = std::chrono::steady_clock::now();
  const TimePoint first = clock.now();
  EXPECT_GE(first, start);
  while (clock.now() < start + std::chrono::minutes(1)) std::this_thread::yield();
  EXPECT_GE(std::chrono::steady_clock::now() - real, std::chrono::milliseconds(10));
  EXPECT_EQ(clock.real_time_until(start).count(), 0);
  EXPECT_LE(clock.real_time_until(start + std::chrono::hours(1)), std::chrono::seconds(1));
}

TEST(SleepFor, EndsAtOnceWhenAStopIsAskedFor) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(sleep_for(stop.get_token(), std::chrono::hours(1)));
  EXPECT_TRUE(sleep_for({}, std::chrono::nanoseconds(1)));
}

}  // namespace
}  // namespace bellwether
