#include "answer_queue.hpp"

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
  AnswerQueue queue(1);
  queue.add("a", Kind::other, gate.work());
  gate.wait_until_begun();
  for (const char* name : {"a1", "a2", "a3"}) queue.add("a", Kind::other, log.entry(name));
  queue.add("b", Kind::other, log.entry("b1"));
  queue.add("c", Kind::push, log.entry("c1"));

  gate.open();
  queue.stop();

  EXPECT_EQ(log.names(), (std::vector<std::string>{"a1", "b1", "c1", "a2", "a3"}));
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
