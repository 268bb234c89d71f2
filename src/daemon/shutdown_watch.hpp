#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "bellwether/base/time.hpp"

namespace bellwether::daemon {

/// Ends the process when its stop takes too long. Its thread is there from the beginning: when a
/// stop hangs, another one might not be had.
///
/// Threads  its own; members are for one caller.
class ShutdownWatch {
 public:
  ShutdownWatch();

  /// Ends.
  ~ShutdownWatch();
  ShutdownWatch(const ShutdownWatch&) = delete;
  ShutdownWatch& operator=(const ShutdownWatch&) = delete;

  /// From now on the process has so long to end. Else `last_words` is called, by this thread, and
  /// the process ends without cleaning up, with code 0: it was told to stop, and what was promised
  /// is on the disk. `last_words` may take a few seconds; whatever it does, the process ends.
  void begin(Duration timeout, std::function<void()> last_words);

  /// The stop ended in time. When it returns, `last_words` is not called any more.
  void end();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  std::function<void()> last_words_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace bellwether::daemon
