#pragma once

#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/webhook_spec.hpp"

namespace bellwether::sinks {

/// Where the requests of a webhook go: what `url`, `url_file` or `url_env` say, as its format
/// completes it. PagerDuty's own address stands in for none; of an Alertmanager its base is enough.
///
/// Errors   invalid_input: the file or variable cannot be read or holds no address. No message
///          holds the address, which may be a secret.
Result<std::string> read_webhook_address(const WebhookSpec& spec);

}  // namespace bellwether::sinks
