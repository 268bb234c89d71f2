#pragma once

#include <string>
#include <string_view>

#include "bellwether/sinks/sink.hpp"

namespace bellwether::sinks {

/// The key that a configured secret stands for: `whsec_` is followed by the key in base64, any
/// other text is the key itself.
///
/// Source   Standard Webhooks 1.0.
Result<std::string> signing_key_of(std::string_view secret);

/// Posts a notification as JSON to an address, signed when there is a key.
///
/// Source   Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
class WebhookSink final : public Sink {
 public:
  /// An empty `signing_key` sends unsigned.
  WebhookSink(WebhookSpec spec, std::string signing_key, SinkContext context);

  SendOutcome send(const Notification& notification) override;

 private:
  net::HttpRequest make_request(const Notification& notification) const;

  WebhookSpec spec_;
  std::string signing_key_;
  SinkContext context_;
};

}  // namespace bellwether::sinks
