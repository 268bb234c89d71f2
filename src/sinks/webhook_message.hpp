#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

/// What a format puts into one HTTP request.
struct WebhookMessage {
  std::string body;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers{};  ///< The format's own.
};

/// All that a message depends on besides the notification.
struct MessageContext {
  TimePoint now{};
  std::string public_url;
  AwsDefaults aws;
};

/// The requests that carry a notification, at least one, in the order in which they are sent.
using WebhookFormatter =
    std::function<std::vector<WebhookMessage>(const Notification&, const MessageContext&)>;

}  // namespace bellwether::sinks
