#pragma once

#include <optional>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/net/http_client.hpp"
#include "bellwether/sinks/sink.hpp"

namespace bellwether::sinks {

/// What a receiver's answer means for the delivery: 2xx took it; 408, 425, 429 and 5xx are worth
/// another try; the rest, redirects among it, is final and quoted.
SendOutcome outcome_of(const net::HttpResponse& response, TimePoint now);

/// The wait that a `Retry-After` header asks for: seconds, or an HTTP date seen from `now`. Never
/// negative, and at most a day.
std::optional<Duration> parse_retry_after(std::string_view text, TimePoint now);

}  // namespace bellwether::sinks
