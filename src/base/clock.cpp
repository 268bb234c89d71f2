#include "bellwether/base/clock.hpp"

#include <algorithm>

namespace bellwether {

using std::chrono::duration_cast;
using std::chrono::nanoseconds;

TimePoint SystemClock::now() const {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

nanoseconds SystemClock::real_time_until(TimePoint time) const {
  return std::max(nanoseconds(0), duration_cast<nanoseconds>(time - now()));
}

ReplayClock::ReplayClock(TimePoint start, double speed)
    : start_(start), speed_(speed), began_(std::chrono::steady_clock::now()) {}

TimePoint ReplayClock::now() const {
  const std::chrono::duration<double, std::milli> passed =
      std::chrono::steady_clock::now() - began_;
  return start_ + duration_cast<Duration>(passed * speed_);
}

nanoseconds ReplayClock::real_time_until(TimePoint time) const {
  const std::chrono::duration<double, std::milli> virtual_wait = time - now();
  return std::max(nanoseconds(0), duration_cast<nanoseconds>(virtual_wait / speed_));
}

bool sleep_for(std::stop_token stop, nanoseconds duration) {
  std::mutex mutex;
  std::condition_variable_any waiting;
  std::unique_lock lock(mutex);
  waiting.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace bellwether
