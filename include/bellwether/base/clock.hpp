#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// Where the time of day comes from. One is made at the top and handed down.
///
/// Threads  all members may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  virtual TimePoint now() const = 0;

  /// How long to really wait until `time`; zero when it has passed.
  virtual std::chrono::nanoseconds real_time_until(TimePoint time) const = 0;
};

/// The wall clock.
class SystemClock final : public Clock {
 public:
  TimePoint now() const override;
  std::chrono::nanoseconds real_time_until(TimePoint time) const override;
};

/// A virtual clock: stands at `start` when made and runs `speed` times as fast as real time.
class ReplayClock final : public Clock {
 public:
  ReplayClock(TimePoint start, double speed);

  TimePoint now() const override;
  std::chrono::nanoseconds real_time_until(TimePoint time) const override;

 private:
  TimePoint start_;
  double speed_;
  std::chrono::steady_clock::time_point began_;
};

/// Sleeps for `duration` of real time, or until a stop is asked for. False when it was.
bool sleep_for(std::stop_token stop, std::chrono::nanoseconds duration);

}  // namespace bellwether
