#include "shutdown_watch.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <utility>

namespace bellwether::daemon {
namespace {

/// For a last look at what hangs and for syncing the log, which both may hang themselves.
constexpr unsigned seconds_for_last_words = 3;

constexpr int ended_as_told = 0;

extern "C" void end_at_once(int /*signal*/) { _exit(ended_as_told); }

}  // namespace

ShutdownWatch::ShutdownWatch() : thread_([this] { run(); }) {}

ShutdownWatch::~ShutdownWatch() { end(); }

void ShutdownWatch::end() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void ShutdownWatch::begin(Duration timeout, std::function<void()> last_words) {
  {
    const std::lock_guard lock(mutex_);
    deadline_ = std::chrono::steady_clock::now() + timeout;
    last_words_ = std::move(last_words);
  }
  changed_.notify_one();
}

void ShutdownWatch::run() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_over_ || deadline_; });
  if (is_over_) return;
  if (changed_.wait_until(lock, *deadline_, [this] { return is_over_; })) return;
  std::signal(SIGALRM, end_at_once);
  alarm(seconds_for_last_words);
  try {
    last_words_();
  } catch (const std::exception& failure) {
    std::fputs(failure.what(), stderr);
  }
  _exit(ended_as_told);
}

}  // namespace bellwether::daemon
