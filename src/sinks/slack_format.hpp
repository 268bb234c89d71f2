#pragma once

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// One message of Block Kit, also for a batch: the most severe group with its facts, worst series
/// and root causes, the others in a section each. Every limit of Slack is kept: 50 blocks, 150
/// characters of a header, 3000 of a section, 2000 of a field.
///
/// Source   Slack, "Block Kit" and "Sending messages using incoming webhooks".
WebhookMessage make_slack_message(const Notification& notification, const MessageContext& context);

}  // namespace bellwether::sinks
