#include "bellwether/base/step_pool.hpp"

#include <atomic>
#include <future>
#include <latch>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr StepPool::Due over = std::nullopt;

TEST(StepPool, RunsATaskUntilItIsOver) {
  StepPool pool("a test", {});
  int steps = 0;
  const auto task = pool.start(
      [&]() -> StepPool::Due { return ++steps < 3 ? StepPool::Due(Clock::now()) : over; });
  task->wait_until_over();
  EXPECT_EQ(steps, 3);
  EXPECT_TRUE(task->is_over());
}

TEST(StepPool, StepsNoTaskBeforeItIsDueOrWoken) {
  StepPool pool("a test", {});
  std::atomic<int> steps = 0;
  std::promise<void> first_done;
  const auto task = pool.start([&]() -> StepPool::Due {
    if (++steps == 2) return over;
    first_done.set_value();
    return StepPool::when_woken;
  });
  first_done.get_future().wait();
  EXPECT_EQ(steps, 1);
  task->wake();
  task->wait_until_over();
  EXPECT_EQ(steps, 2);
}

TEST(StepPool, AStepThatIsWokenWhileItRunsIsFollowedByAnother) {
  StepPool pool("a test", {});
  std::latch has_begun(1);
  std::latch may_end(1);
  int steps = 0;
  const auto task = pool.start([&]() -> StepPool::Due {
    if (++steps == 2) return over;
    has_begun.count_down();
    may_end.wait();
    return StepPool::when_woken;
  });
  has_begun.wait();
  task->wake();
  may_end.count_down();
  task->wait_until_over();
  EXPECT_EQ(steps, 2);
}

TEST(StepPool, StepsInOrderOfTheTimesTheyAreDueAt) {
  StepPool pool("a test", {.prompt_threads = 1});
  const auto now = Clock::now();
  std::vector<int> order;
  std::vector<std::shared_ptr<StepPool::Task>> tasks;
  for (const int place : {3, 1, 2})
    tasks.push_back(pool.start(
        [&order, place]() -> StepPool::Due {
          order.push_back(place);
          return over;
        },
        now + place * 5ms));
  for (const auto& task : tasks) task->wait_until_over();
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(StepPool, StepsThatBlockTakeNoThreadFromTheOthers) {
  StepPool pool("a test", {.prompt_threads = 2, .prompt_time = 1ms});
  std::latch may_end(1);
  std::vector<std::shared_ptr<StepPool::Task>> blocked;
  for (int i = 0; i < 10; ++i)
    blocked.push_back(pool.start([&]() -> StepPool::Due {
      may_end.wait();
      return over;
    }));
  const auto prompt = pool.start([] { return over; });
  prompt->wait_until_over();
  for (const auto& task : blocked) EXPECT_FALSE(task->is_over());
  may_end.count_down();
  for (const auto& task : blocked) task->wait_until_over();
}

TEST(StepPool, ManyIdleTasksTakeFewThreads) {
  StepPool pool("a test", {.prompt_threads = 4});
  std::atomic<int> steps = 0;
  std::vector<std::shared_ptr<StepPool::Task>> tasks;
  for (int i = 0; i < 1000; ++i) {
    const auto is_first = std::make_shared<bool>(true);
    tasks.push_back(pool.start([&steps, is_first]() -> StepPool::Due {
      ++steps;
      return std::exchange(*is_first, false) ? StepPool::Due(StepPool::when_woken) : over;
    }));
  }
  while (steps < 1000) std::this_thread::yield();
  EXPECT_LE(pool.thread_count(), 5U);
  for (const auto& task : tasks) task->wake();
  for (const auto& task : tasks) task->wait_until_over();
  EXPECT_EQ(steps, 2000);
}

TEST(StepPool, AnExceptionEndsItsTaskAlone) {
  StepPool pool("a test", {});
  const auto task = pool.start([]() -> StepPool::Due { throw std::bad_alloc(); });
  task->wait_until_over();
  const auto other = pool.start([] { return over; });
  other->wait_until_over();
}

TEST(StepPool, EndsWithTasksThatWait) {
  int steps = 0;
  {
    StepPool pool("a test", {});
    pool.start(
        [&]() -> StepPool::Due {
          ++steps;
          return over;
        },
        Clock::now() + 1h);
  }
  EXPECT_EQ(steps, 0);
}

}  // namespace
}  // namespace bellwether
