#include "sending_threads.hpp"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

#include "bellwether/base/clock.hpp"

namespace bellwether::pipeline {
namespace {

using std::chrono::milliseconds;

TEST(SendingThreads, GivesEveryCallAThreadOfItsOwn) {
  constexpr int calls = 20;
  std::latch together(calls);  // Each waits for all: fewer threads would stand still.
  std::atomic<int> done = 0;
  {
    SendingThreads threads(milliseconds(1000));
    for (int i = 0; i < calls; ++i)
      threads.run([&] {
        together.arrive_and_wait();
        ++done;
      });
  }
  EXPECT_EQ(done, calls);
}

TEST(SendingThreads, UsesIdleThreadsAgainAndEndsThem) {
  SendingThreads threads(milliseconds(5));
  for (int i = 0; i < 50; ++i) {
    std::latch done(1);
    threads.run([&] { done.count_down(); });
    done.wait();
  }
  EXPECT_LE(threads.count(), 50U);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (threads.count() > 0 && std::chrono::steady_clock::now() < deadline)
    sleep_for({}, milliseconds(1));
  EXPECT_EQ(threads.count(), 0U);
}

}  // namespace
}  // namespace bellwether::pipeline
