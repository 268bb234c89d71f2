#include "answer_queue.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

using Kind = AnswerQueue::Kind;

/// Work that says when it has begun and waits until it is let go.
class Gate {
 public:
  std::function<void()> work() {
    return [this] {
      begun_.set_value();
      opened_.wait();
    };
  }
  void wait_until_begun() { begun_.get_future().wait(); }
  void open() { open_.set_value(); }

 private:
  std::promise<void> begun_;
  std::promise<void> open_;
  std::shared_future<void> opened_ = open_.get_future().share();
};

/// What ran, in its order.
class Log {
 public:
  std::function<void()> entry(std::string name) {
    return [this, name = std::move(name)] {
      const std::lock_guard lock(mutex_);
      names_.push_back(name);
    };
  }
  std::vector<std::string> names() {
    const std::lock_guard lock(mutex_);
    return names_;
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> names_;
};

TEST(AnswerQueue, ServesCallersInTurn) {
  Gate gate;
  Log log;
  AnswerQueue queue(1, [] { return std::chrono::steady_clock::time_point(); });
  queue.add("a", Kind::other, gate.work());
  gate.wait_until_begun();
  for (const char* name : {"a1", "a2", "a3"}) queue.add("a", Kind::other, log.entry(name));
  queue.add("b", Kind::other, log.entry("b1"));
  queue.add("c", Kind::push, log.entry("c1"));

  gate.open();
  queue.stop();

  EXPECT_EQ(log.names(), (std::vector<std::string>{"a1", "b1", "c1", "a2", "a3"}));
}

/// A clock that work moves.
class SlowWork {
 public:
  AnswerQueue::Now now() {
    return [this] { return std::chrono::steady_clock::time_point(std::chrono::seconds(seconds_)); };
  }
  std::function<void()> taking(int seconds, std::function<void()> work) {
    return [this, seconds, work = std::move(work)] {
      work();
      seconds_ += seconds;
    };
  }

 private:
  std::atomic<int> seconds_ = 0;
};

TEST(AnswerQueue, ServesFirstWhoHasUsedTheLeastTime) {
  Gate gate;
  Log log;
  SlowWork slow;
  AnswerQueue queue(1, slow.now());
  queue.add("a", Kind::push, slow.taking(10, gate.work()));
  gate.wait_until_begun();
  for (const char* name : {"a1", "a2"})
    queue.add("a", Kind::push, slow.taking(10, log.entry(name)));
  for (const char* name : {"b1", "b2", "b3"})
    queue.add("b", Kind::push, slow.taking(1, log.entry(name)));

  gate.open();
  queue.stop();

  EXPECT_EQ(log.names(), (std::vector<std::string>{"b1", "b2", "b3", "a1", "a2"}));
}

TEST(AnswerQueue, RemembersWhatWhoeverComesBackHasUsed) {
  Gate costly;
  Gate gate;
  Log log;
  SlowWork slow;
  AnswerQueue queue(1, slow.now());
  queue.add("a", Kind::push, slow.taking(10, costly.work()));
  costly.wait_until_begun();
  queue.add("c", Kind::push, slow.taking(1, gate.work()));
  costly.open();
  gate.wait_until_begun();  // Nothing of "a" waits now.
  queue.add("a", Kind::push, slow.taking(10, log.entry("a1")));
  for (const char* name : {"b1", "b2"}) queue.add("b", Kind::push, slow.taking(1, log.entry(name)));

  gate.open();
  queue.stop();

  EXPECT_EQ(log.names(), (std::vector<std::string>{"b1", "b2", "a1"}));
}

TEST(AnswerQueue, LeavesAThreadToWhatIsNoPush) {
  Gate first;
  Gate second;
  std::promise<void> answered;
  AnswerQueue queue(2);
  queue.add("a", Kind::push, first.work());
  queue.add("b", Kind::push, second.work());
  first.wait_until_begun();

  queue.add("a", Kind::other, [&] { answered.set_value(); });

  answered.get_future().wait();  // For ever if pushes could take both threads.
  first.open();
  second.wait_until_begun();
  second.open();
}

TEST(AnswerQueue, LeavesAThreadToOtherCallers) {
  Gate first;
  Gate second;
  std::promise<void> answered;
  AnswerQueue queue(2);
  queue.add("a", Kind::other, first.work());
  queue.add("a", Kind::other, second.work());
  first.wait_until_begun();

  queue.add("b", Kind::other, [&] { answered.set_value(); });

  answered.get_future().wait();
  first.open();
  second.wait_until_begun();
  second.open();
}

TEST(AnswerQueue, BoundsWhatWaitsPerCaller) {
  Gate gate;
  AnswerQueue queue(1);
  queue.add("token a", Kind::push, gate.work());
  gate.wait_until_begun();
  for (std::size_t i = 0; i < AnswerQueue::max_waiting_per_caller; ++i) {
    ASSERT_TRUE(queue.check_room("token a"));
    queue.add("token a", i % 2 == 0 ? Kind::push : Kind::other, [] {});
  }

  const auto refused = queue.check_room("token a");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().message, "256 requests of token a wait already; try again later");
  EXPECT_TRUE(queue.check_room("token b"));
  gate.open();
}

}  // namespace
}  // namespace bellwether::api
