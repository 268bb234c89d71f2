#pragma once

#include <vector>

#include "bellwether/domain/delivery.hpp"

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// What an HTTP subscriber of an SNS topic of Amazon Lookout for Metrics got: the JSON of
/// `make_aws_payload` as a text in SNS's envelope. One for each group of a batch.
///
/// No subscription is confirmed before, and the envelope is not signed: its signature is empty, so
/// receivers must not check it (docs/formats/webhooks.md).
std::vector<WebhookMessage> make_sns_envelopes(const Notification& notification,
                                               const MessageContext& context);

}  // namespace bellwether::sinks
