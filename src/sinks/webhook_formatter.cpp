#include "webhook_formatter.hpp"

#include <memory>
#include <utility>

#include "alertmanager_format.hpp"
#include "cloudevents_format.hpp"
#include "json_format.hpp"
#include "pagerduty_format.hpp"
#include "read_secret.hpp"
#include "slack_format.hpp"
#include "sns_envelope_format.hpp"
#include "template_format.hpp"

namespace bellwether::sinks {
namespace {

/// Most formats need one request and nothing but the notification.
WebhookFormatter one(WebhookMessage (*make)(const Notification&, const MessageContext&)) {
  return [make](const Notification& notification, const MessageContext& context) {
    return std::vector{make(notification, context)};
  };
}

Result<WebhookFormatter> make_pagerduty(const WebhookSpec& spec) {
  auto key = read_secret(spec.routing_key, "routing_key");
  if (!key) return key.error();
  return WebhookFormatter(
      [key = std::move(*key)](const Notification& notification, const MessageContext& context) {
        return make_pagerduty_messages(notification, context, key);
      });
}

WebhookFormatter make_alertmanager() {
  // Shared by the copies that `std::function` makes of it.
  return [format = std::make_shared<AlertmanagerFormat>()](const Notification& notification,
                                                           const MessageContext& context) {
    return std::vector{format->make(notification, context)};
  };
}

Result<WebhookFormatter> make_user_template(const WebhookSpec& spec) {
  auto compiled = document::compile_webhook_template(spec.body_template, spec.content_type);
  if (!compiled) return while_doing("template", compiled.error());
  return WebhookFormatter([compiled = std::move(*compiled), content_type = spec.content_type](
                              const Notification& notification, const MessageContext& context) {
    return std::vector{make_template_message(notification, context, compiled, content_type)};
  });
}

}  // namespace

Result<WebhookFormatter> make_webhook_formatter(const WebhookSpec& spec) {
  switch (spec.format) {
    case WebhookFormat::json:
      return one(make_json_message);
    case WebhookFormat::cloudevents:
      return one(make_cloudevents_message);
    case WebhookFormat::slack:
      return one(make_slack_message);
    case WebhookFormat::pagerduty:
      return make_pagerduty(spec);
    case WebhookFormat::alertmanager:
      return make_alertmanager();
    case WebhookFormat::user_template:
      return make_user_template(spec);
    case WebhookFormat::sns_envelope:
      break;
  }
  return WebhookFormatter(make_sns_envelopes);
}

}  // namespace bellwether::sinks
