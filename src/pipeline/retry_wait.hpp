#pragma once

#include <cstdint>
#include <optional>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/sink_spec.hpp"

namespace bellwether::pipeline {

/// How long to wait before the next try: twice as long each time, shortened at random by up to half
/// so that many deliveries do not come back at once; as long as the receiver asked for, where that
/// is no longer than `longest_wait`.
Duration retry_wait(const RetryPolicy& policy, std::uint32_t attempts,
                    std::optional<Duration> retry_after, double random_share);

/// How much of the wait that a receiver asks for is kept: a receiver must not decide that a
/// delivery is given up, nor hold all others of its sink for a day.
std::optional<Duration> bounded_hold(const RetryPolicy& policy,
                                     std::optional<Duration> retry_after);

}  // namespace bellwether::pipeline
