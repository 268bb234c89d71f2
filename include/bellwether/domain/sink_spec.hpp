#pragma once

#include <chrono>
#include <string>
#include <variant>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// How often and how long a delivery is tried.
struct RetryPolicy {
  Duration first_wait{std::chrono::seconds(1)};
  Duration longest_wait{std::chrono::minutes(15)};
  Duration max_age{std::chrono::hours(24)};

  bool operator==(const RetryPolicy&) const = default;
};

struct WebhookSpec {
  std::string url;
  SecretSource secret;  ///< Signs the body by Standard Webhooks; may be unset.
  std::string format = "json";
  Duration timeout{std::chrono::seconds(10)};

  bool operator==(const WebhookSpec&) const = default;
};

/// A destination for deliveries. Other kinds join the variant beside the webhook.
struct SinkSpec {
  std::string name;
  std::variant<WebhookSpec> target;
  RetryPolicy retry;

  bool operator==(const SinkSpec&) const = default;
};

Problems validate(const SinkSpec& spec);

}  // namespace bellwether
