#pragma once

#include "bellwether/document/node.hpp"

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// The body of the contract's section 7, with the first 100 series of a group.
document::Node make_json_body(const Notification& notification, const MessageContext& context);

WebhookMessage make_json_message(const Notification& notification, const MessageContext& context);

}  // namespace bellwether::sinks
