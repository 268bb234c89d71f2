#pragma once

#include <string>
#include <vector>

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// One event per group: `resolve` when it is over or withdrawn, else `trigger`. All events of one
/// alert about one group have the same `dedup_key`, so sending one again does nothing new.
///
/// Source   PagerDuty Events API v2.
std::vector<WebhookMessage> make_pagerduty_messages(const Notification& notification,
                                                    const MessageContext& context,
                                                    const std::string& routing_key);

}  // namespace bellwether::sinks
