#include "json_format.hpp"

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_series_sent = 100;

}  // namespace

document::Node make_json_body(const Notification& notification, const MessageContext& context) {
  return document::write_webhook_body(notification, context.now, context.public_url,
                                      max_series_sent);
}

WebhookMessage make_json_message(const Notification& notification, const MessageContext& context) {
  return {document::to_json(make_json_body(notification, context))};
}

}  // namespace bellwether::sinks
