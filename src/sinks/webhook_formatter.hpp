#pragma once

#include "bellwether/base/result.hpp"
#include "bellwether/domain/webhook_spec.hpp"

#include "webhook_message.hpp"

namespace bellwether::sinks {

/// The format that a spec asks for; what it needs besides, such as a key, is read now.
///
/// Errors   invalid_input: a secret cannot be read, or a template has mistakes.
Result<WebhookFormatter> make_webhook_formatter(const WebhookSpec& spec);

}  // namespace bellwether::sinks
