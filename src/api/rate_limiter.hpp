#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace bellwether::api {

/// Lets each caller make so many requests a second, and more at once after a pause.
///
/// Threads  any.
/// Cost     remembers at most `max_callers`; beyond it the ones at rest are forgotten.
class RateLimiter {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::size_t max_callers = 10'000;
  static constexpr std::chrono::seconds longest_debt{10};

  RateLimiter(double requests_per_second, double burst);

  /// Counts so many requests besides, for one that turned out to be as much work. It is never
  /// refused: those that follow pay for it, for at most `longest_debt`.
  void charge(const std::string& caller, double requests, Instant now);

  /// Counts a request. Gives how long to wait when there were too many.
  std::optional<std::chrono::milliseconds> refuse(const std::string& caller, Instant now);

 private:
  struct Bucket {
    double tokens;
    Instant filled_at;
  };

  Bucket& bucket_of(const std::string& caller, Instant now);
  void fill(Bucket& bucket, Instant now) const;
  void forget_resting(Instant now);

  std::mutex mutex_;
  double requests_per_second_;
  double burst_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace bellwether::api
