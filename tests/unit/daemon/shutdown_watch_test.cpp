#include "shutdown_watch.hpp"

#include <chrono>
#include <cstdio>
#include <thread>

#include <gtest/gtest.h>

namespace bellwether::daemon {
namespace {

using namespace std::chrono_literals;

/// A stop that never ends.
[[noreturn]] void hang() {
  while (true) std::this_thread::sleep_for(1h);
}

TEST(ShutdownWatchDeathTest, EndsAProcessWhoseStopHangsAfterItsLastWords) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        ShutdownWatch watch;
        watch.begin(10ms, [] { std::fputs("detector 'shop' hangs\n", stderr); });
        hang();
      },
      ::testing::ExitedWithCode(0), "detector 'shop' hangs");
}

TEST(ShutdownWatchDeathTest, EndsItAlsoWhenTheLastWordsHang) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        ShutdownWatch watch;
        watch.begin(10ms, [] { hang(); });
        hang();
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(ShutdownWatch, SaysNothingWhenTheStopEndsInTime) {
  bool was_called = false;
  {
    ShutdownWatch watch;
    watch.begin(1h, [&] { was_called = true; });
    watch.end();
  }
  { const ShutdownWatch never_begun; }
  EXPECT_FALSE(was_called);
}

}  // namespace
}  // namespace bellwether::daemon
