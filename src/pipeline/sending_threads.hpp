#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace bellwether::pipeline {

/// Threads for calls that block. Each call has one to itself from the moment it is handed in, so
/// none waits for another: a thread is started when all are at work, and ends when it has been idle
/// for a while. How many calls are handed in at one time is the caller's bound.
///
/// Work must not throw: nobody would hear of it.
///
/// Threads  any.
class SendingThreads {
 public:
  explicit SendingThreads(std::chrono::milliseconds longest_idle);

  /// Finishes what was handed in.
  ~SendingThreads();
  SendingThreads(const SendingThreads&) = delete;
  SendingThreads& operator=(const SendingThreads&) = delete;

  /// Where the system gives no more threads, the work waits for one that is there, or for `retry`.
  void run(std::function<void()> work);

  /// Asks again for threads that could not be had. To be called now and then.
  void retry();

  std::size_t count() const;

 private:
  void add_threads();
  void serve();
  void join_ended(std::unique_lock<std::mutex>& lock);

  const std::chrono::milliseconds longest_idle_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> work_;
  std::map<std::thread::id, std::thread> threads_;
  std::vector<std::thread::id> ended_;
  std::size_t idle_ = 0;
  bool was_refused_ = false;  ///< A thread, and the log says so.
  bool is_stopping_ = false;
};

}  // namespace bellwether::pipeline
