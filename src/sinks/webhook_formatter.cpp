#include "webhook_formatter.hpp"

#include "json_format.hpp"

namespace bellwether::sinks {
namespace {

/// Most formats need one request and nothing but the notification.
WebhookFormatter one(WebhookMessage (*make)(const Notification&, const MessageContext&)) {
  return [make](const Notification& notification, const MessageContext& context) {
    return std::vector{make(notification, context)};
  };
}

}  // namespace

Result<WebhookFormatter> make_webhook_formatter(const WebhookSpec& spec) {
  switch (spec.format) {
    case WebhookFormat::json:
      return one(make_json_message);
    default:
      break;
  }
  return invalid_input("the format '" + std::string(to_string(spec.format)) +
                       "' is not available in this version");
}

}  // namespace bellwether::sinks
