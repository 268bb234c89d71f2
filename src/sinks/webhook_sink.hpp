#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "bellwether/sinks/sink.hpp"

#include "request_sequence.hpp"
#include "webhook_message.hpp"

namespace bellwether::sinks {

/// Makes the sink of a webhook; its secrets are read now.
///
/// Errors   invalid_input: a secret cannot be read, or is none of its kind.
Result<std::unique_ptr<Sink>> make_webhook_sink(const WebhookSpec& spec, const SinkLimits& limits,
                                                const SinkContext& context);

/// The key that a configured secret stands for: `whsec_` is followed by the key in base64, any
/// other text is the key itself.
///
/// Source   Standard Webhooks 1.0.
Result<std::string> signing_key_of(std::string_view secret);

/// Posts a notification to an address in a format, signed when there is a key.
///
/// A format may need several requests for one notification.
///
/// Source   Standard Webhooks 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
class WebhookSink final : public Sink {
 public:
  /// What was read and made of a spec.
  struct Parts {
    std::string address;
    std::string signing_key;  ///< Empty: unsigned.
    std::map<std::string, std::string> headers;
    WebhookFormatter formatter;
  };

  WebhookSink(WebhookSpec spec, SinkLimits limits, Parts parts, SinkContext context);

  SendOutcome send(const Notification& notification) override;

 private:
  SendOutcome attempt(WebhookMessage message, const std::string& webhook_id);
  net::HttpRequest make_request(WebhookMessage message, const std::string& webhook_id) const;

  WebhookSpec spec_;
  SinkLimits limits_;
  Parts parts_;
  SinkContext context_;
  RequestSequence sequence_;
};

}  // namespace bellwether::sinks
