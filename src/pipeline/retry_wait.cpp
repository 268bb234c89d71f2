#include "retry_wait.hpp"

#include <algorithm>
#include <chrono>

namespace bellwether::pipeline {

Duration retry_wait(const RetryPolicy& policy, std::uint32_t attempts,
                    std::optional<Duration> retry_after, double random_share) {
  Duration wait = policy.first_wait;
  for (std::uint32_t i = 1; i < attempts && wait < policy.longest_wait; ++i) wait *= 2;
  wait = std::min(wait, policy.longest_wait);
  wait -= std::chrono::duration_cast<Duration>(wait * (random_share / 2));
  return std::max(wait, bounded_hold(policy, retry_after).value_or(Duration(0)));
}

std::optional<Duration> bounded_hold(const RetryPolicy& policy,
                                     std::optional<Duration> retry_after) {
  if (!retry_after) return std::nullopt;
  return std::min(*retry_after, policy.longest_wait);
}

}  // namespace bellwether::pipeline
