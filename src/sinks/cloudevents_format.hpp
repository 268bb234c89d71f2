#pragma once

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// A CloudEvent in structured JSON, with the body of the format `json` as its data.
///
/// Source   CloudEvents 1.0.2, JSON event format and HTTP protocol binding.
WebhookMessage make_cloudevents_message(const Notification& notification,
                                        const MessageContext& context);

}  // namespace bellwether::sinks
