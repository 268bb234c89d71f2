#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/net/http_client.hpp"
#include "bellwether/sinks/sink.hpp"

namespace bellwether::sinks {

/// Whom a request went to, for what is said of a refusal.
struct AwsTarget {
  std::string_view noun;  ///< "topic", "function"
  std::string arn;
  std::string_view right;  ///< What callers must be allowed: `sns:Publish`.
};

/// What the answer of an AWS-style service, in XML or JSON, means for the delivery. Throttling,
/// 5xx and what new keys or a clock that is set may cure is worth another try.
SendOutcome aws_outcome_of(const net::HttpResponse& response, const AwsTarget& target,
                           TimePoint now);

}  // namespace bellwether::sinks
