#include "rate_limiter.hpp"

#include <algorithm>

namespace bellwether::api {

RateLimiter::RateLimiter(double requests_per_second, double burst)
    : requests_per_second_(requests_per_second), burst_(burst) {}

std::optional<std::chrono::milliseconds> RateLimiter::refuse(const std::string& caller,
                                                             Instant now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(caller, now);
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return std::nullopt;
  }
  const std::chrono::duration<double> wait((1 - bucket.tokens) / requests_per_second_);
  return std::chrono::ceil<std::chrono::milliseconds>(wait);
}

void RateLimiter::charge(const std::string& caller, double requests, Instant now) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(caller, now);
  const double most = requests_per_second_ * static_cast<double>(longest_debt.count());
  bucket.tokens = std::max(bucket.tokens - requests, std::min(bucket.tokens, -most));
}

RateLimiter::Bucket& RateLimiter::bucket_of(const std::string& caller, Instant now) {
  if (buckets_.size() >= max_callers) forget_resting(now);
  Bucket& bucket = buckets_.try_emplace(caller, Bucket{burst_, now}).first->second;
  fill(bucket, now);
  return bucket;
}

void RateLimiter::fill(Bucket& bucket, Instant now) const {
  const std::chrono::duration<double> passed = now - bucket.filled_at;
  bucket.tokens = std::min(burst_, bucket.tokens + passed.count() * requests_per_second_);
  bucket.filled_at = now;
}

void RateLimiter::forget_resting(Instant now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    Bucket bucket = entry.second;
    fill(bucket, now);
    return bucket.tokens >= burst_;
  });
  // So many busy callers at once are an attack; remembering all of them would be its success.
  if (buckets_.size() >= max_callers) buckets_.clear();
}

}  // namespace bellwether::api
