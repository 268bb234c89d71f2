#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::api {

/// Requests that wait for a thread which may block. Each caller has a queue of its own, and whoever
/// has used the least time is served next: nobody waits behind all that another one sent, however
/// long each of it takes.
///
/// Pushes of rows take long. All of them together, and any one queue, leave one thread to others
/// where there is more than one.
///
/// Threads  `check_room` and `add`: one caller. What is added runs on threads of its own.
/// Source   Goyal, Vin & Cheng, "Start-time Fair Queuing", SIGCOMM 1996; the length of work is
/// known
///          when it is over, until then that of the queue's last work stands for it.
class AnswerQueue {
 public:
  enum class Kind : std::size_t { push, other };

  /// So many wait for one caller. The server takes a few thousand small requests a second.
  static constexpr std::size_t max_waiting_per_caller = 256;

  using Now = std::function<std::chrono::steady_clock::time_point()>;

  explicit AnswerQueue(std::size_t threads, Now now = std::chrono::steady_clock::now);

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
  using Duration = std::chrono::steady_clock::duration;

  struct Lane {
    std::string caller;
    Kind kind = Kind::other;
    Duration start{};  ///< The virtual time at which its next work starts.
    Duration last_took{};
    std::deque<std::function<void()>> waiting{};
    std::size_t running = 0;
  };
  using Lanes = std::list<Lane>;
  using LaneName = std::pair<std::string, Kind>;

  /// So many lanes that are empty are remembered; beyond, a caller that comes back counts as new.
  static constexpr std::size_t max_remembered = 4096;

  void run();
  Lanes::iterator next();
  void end(const std::string& caller, Kind kind, Duration expected, Duration took);
  void remember(const Lane& lane);
  Lanes::iterator find(const std::string& caller, Kind kind);

  const std::size_t most_running_;  ///< Of one lane, and of all pushes.
  const Now now_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Lanes lanes_;                          ///< Those that have work; of equals the first is next.
  Duration virtual_time_{};              ///< The start of what was begun last.
  std::map<LaneName, Duration> starts_;  ///< Of empty lanes that are ahead of it.
  std::map<std::string, std::size_t> waiting_;  ///< By caller; none that has nothing.
  std::size_t running_pushes_ = 0;
  bool is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace bellwether::api
