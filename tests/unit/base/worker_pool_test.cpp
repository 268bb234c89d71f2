#include "bellwether/base/worker_pool.hpp"

#include <atomic>
#include <new>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(WorkerPool, CallsEveryIndexOnceWhateverTheNumberOfThreads) {
  for (const std::size_t threads : {1U, 2U, 4U}) {
    WorkerPool pool(threads);
    for (const std::size_t count : {0U, 1U, 3U, 1000U}) {
      std::vector<std::atomic<int>> calls(count);
      pool.for_each_index(count, [&](std::size_t index, std::size_t) { ++calls[index]; });
      for (const auto& called : calls) EXPECT_EQ(called, 1);
    }
  }
}

TEST(WorkerPool, HandsWhatABodyThrowsToTheCallerAndGoesOn) {
  for (const std::size_t threads : {1U, 3U}) {
    WorkerPool pool(threads);
    const auto fail = [](std::size_t index, std::size_t) {
      if (index % 2 == 1) throw std::bad_alloc();
    };
    EXPECT_THROW(pool.for_each_index(100, fail), std::bad_alloc);
    std::atomic<int> calls = 0;
    pool.for_each_index(100, [&](std::size_t, std::size_t) { ++calls; });
    EXPECT_EQ(calls, 100);
  }
}

TEST(WorkerPool, NeverSharesALaneBetweenCallsAtOnce) {
  WorkerPool pool(4);
  std::vector<std::atomic<int>> busy(pool.thread_count());
  std::atomic<bool> was_shared = false;
  pool.for_each_index(2000, [&](std::size_t, std::size_t lane) {
    if (busy[lane]++ != 0) was_shared = true;
    --busy[lane];
  });
  EXPECT_FALSE(was_shared);
}

TEST(WorkerPool, ServesCallersFromSeveralThreadsInTurn) {
  WorkerPool pool(2);
  std::atomic<int> total = 0;
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 4; ++caller)
      callers.emplace_back([&] {
        for (int round = 0; round < 50; ++round)
          pool.for_each_index(10, [&](std::size_t, std::size_t) { ++total; });
      });
  }
  EXPECT_EQ(total, 4 * 50 * 10);
}

}  // namespace
}  // namespace bellwether
