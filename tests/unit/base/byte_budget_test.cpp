#include "bellwether/base/byte_budget.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bellwether {
namespace {

using testing::HasSubstr;

TEST(ByteBudget, ReservesUpToItsBytesAndNoMore) {
  ByteBudget budget("server.memory", 100);
  auto first = budget.reserve(60);
  ASSERT_TRUE(first);
  const auto second = budget.reserve(41);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::overloaded);
  EXPECT_THAT(second.error().message, HasSubstr("server.memory of 100 bytes"));
  EXPECT_TRUE(budget.reserve(40));
}

TEST(ByteBudget, RefusesForGoodWhatCanNeverFit) {
  ByteBudget whole("server.memory", 100);
  ByteBudget share("answers", 50, whole);
  EXPECT_EQ(share.reserve(51).error().code, ErrorCode::invalid_input);
  EXPECT_EQ(share.wait_and_reserve(51, {}).error().code, ErrorCode::invalid_input);
}

TEST(ByteBudget, CountsAShareInTheWholeToo) {
  ByteBudget whole("server.memory", 100);
  ByteBudget answers("answers", 80, whole);
  ByteBudget requests("requests", 80, whole);
  auto answer = answers.reserve(80);
  ASSERT_TRUE(answer);
  EXPECT_EQ(whole.used_bytes(), 80U);
  EXPECT_THAT(requests.reserve(21).error().message, HasSubstr("server.memory"));
  EXPECT_EQ(requests.used_bytes(), 0U);
  answer->release();
  EXPECT_EQ(whole.used_bytes(), 0U);
  EXPECT_TRUE(requests.reserve(80));
}

TEST(ByteReservation, GrowsShrinksMovesAndReleases) {
  ByteBudget budget("server.memory", 100);
  {
    auto reserved = budget.reserve(10);
    ASSERT_TRUE(reserved);
    EXPECT_TRUE(reserved->grow(50));
    EXPECT_FALSE(reserved->grow(41));
    EXPECT_EQ(reserved->bytes(), 60U);
    ByteReservation moved(std::move(*reserved));
    EXPECT_EQ(budget.used_bytes(), 60U);
    moved.shrink_to(30);
    moved.shrink_to(70);
    EXPECT_EQ(budget.used_bytes(), 30U);
    moved = std::move(*budget.reserve(5));
    EXPECT_EQ(budget.used_bytes(), 5U);
  }
  EXPECT_EQ(budget.used_bytes(), 0U);
}

TEST(ByteBudget, WaitsForRoomUntilStopped) {
  ByteBudget budget("server.memory", 100);
  auto all = budget.reserve(100);
  ASSERT_TRUE(all);
  std::jthread waiter([&](const std::stop_token& stop) {
    const auto got = budget.wait_and_reserve(50, stop);
    EXPECT_TRUE(got);
  });
  all->shrink_to(40);
  waiter.join();

  auto rest = budget.reserve(60);
  std::jthread stopped([&](const std::stop_token& stop) {
    const auto got = budget.wait_and_reserve(50, stop);
    EXPECT_EQ(got.error().code, ErrorCode::cancelled);
  });
  stopped.request_stop();
}

TEST(ByteBudget, NeverGivesOutMoreThanItHasToManyThreads) {
  ByteBudget whole("server.memory", 1000);
  ByteBudget share("answers", 700, whole);
  std::atomic<std::size_t> held = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 2000; ++round)
        if (auto got = share.wait_and_reserve(300, {})) {
          EXPECT_LE(held += 300, 700U);
          held -= 300;
        }
    });
  threads.clear();
  EXPECT_EQ(whole.used_bytes(), 0U);
  EXPECT_EQ(share.used_bytes(), 0U);
}

}  // namespace
}  // namespace bellwether
