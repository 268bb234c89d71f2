#pragma once

#include <cstdint>
#include <optional>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/sink_spec.hpp"

namespace bellwether::pipeline {

/// How long to wait before the next try: twice as long each time, shortened at random by up to half
/// so that many deliveries do not come back at once; never shorter than the receiver asked for.
Duration retry_wait(const RetryPolicy& policy, std::uint32_t attempts,
                    std::optional<Duration> retry_after, double random_share);

}  // namespace bellwether::pipeline
