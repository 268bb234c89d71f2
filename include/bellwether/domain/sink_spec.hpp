#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/aws_sink_spec.hpp"
#include "bellwether/domain/email_spec.hpp"
#include "bellwether/domain/kafka_sink_spec.hpp"
#include "bellwether/domain/webhook_spec.hpp"

namespace bellwether {

/// How often and how long a delivery is tried.
struct RetryPolicy {
  Duration first_wait{std::chrono::seconds(1)};
  Duration longest_wait{std::chrono::minutes(15)};
  Duration max_age{std::chrono::hours(24)};

  bool operator==(const RetryPolicy&) const = default;
};

/// How hard a sink may be pressed.
struct SinkLimits {
  std::uint32_t concurrency = 4;  ///< Attempts at one time.
  std::uint32_t per_minute = 0;   ///< Attempts that may begin in a minute; 0: any number.
  /// After so many failures in a row that may pass nothing is sent for a while; then one attempt
  /// finds out. 0: never.
  std::uint32_t failures_to_pause = 5;
  bool allow_private_targets = true;  ///< Loopback, link-local and private addresses.

  bool operator==(const SinkLimits&) const = default;
};

using SinkTarget = std::variant<WebhookSpec, SnsSpec, LambdaSpec, EmailSpec, KafkaSinkSpec>;

/// A destination for deliveries.
struct SinkSpec {
  std::string name;
  SinkTarget target;
  RetryPolicy retry;
  SinkLimits limits;

  bool operator==(const SinkSpec&) const = default;
};

Problems validate(const SinkSpec& spec);

}  // namespace bellwether
