#pragma once

#include <string>

#include "bellwether/document/body_template.hpp"

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// The user's own body, filled in from the body of the format `json`.
WebhookMessage make_template_message(const Notification& notification,
                                     const MessageContext& context,
                                     const document::BodyTemplate& body_template,
                                     const std::string& content_type);

}  // namespace bellwether::sinks
