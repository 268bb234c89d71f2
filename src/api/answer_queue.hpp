#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::api {

/// Requests that wait for a thread which may block. Each caller has a queue of its own and they are
/// served in turn, so that nobody waits behind all that another one sent.
///
/// Pushes of rows take long. All of them together, and any one queue, leave one thread to others
/// where there is more than one.
///
/// Threads  `refuse` and `add`: one caller. What is added runs on threads of its own.
class AnswerQueue {
 public:
  enum class Kind : std::size_t { push, other };

  /// So many wait for one caller. The server takes a few thousand small requests a second.
  static constexpr std::size_t max_waiting_per_caller = 256;

  explicit AnswerQueue(std::size_t threads);

  /// Runs what waits, and stops.
  ~AnswerQueue();
  AnswerQueue(const AnswerQueue&) = delete;
  AnswerQueue& operator=(const AnswerQueue&) = delete;

  /// Whether one more may wait.
  ///
  /// Errors   unavailable: the caller has enough that wait.
  Result<void> check_room(const std::string& caller) const;

  /// `work` does not throw.
  void add(const std::string& caller, Kind kind, std::function<void()> work);

  /// Runs what waits and returns when all of it is done; nothing may be added any more.
  void stop();

 private:
  struct Lane {
    std::string caller;
    Kind kind = Kind::other;
    std::deque<std::function<void()>> waiting{};
    std::size_t running = 0;
  };
  using Lanes = std::list<Lane>;

  void run();
  Lanes::iterator next();
  void end(const std::string& caller, Kind kind);
  Lanes::iterator find(const std::string& caller, Kind kind);

  const std::size_t most_running_;  ///< Of one lane, and of all pushes.
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Lanes lanes_;                                 ///< Those that have work, by turn.
  std::map<std::string, std::size_t> waiting_;  ///< By caller; none that has nothing.
  std::size_t running_pushes_ = 0;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bellwether::api
