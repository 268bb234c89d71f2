#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// What the body of a webhook looks like.
enum class WebhookFormat : std::uint8_t {
  json,           ///< Bellwether's own (product contract, section 7).
  cloudevents,    ///< CloudEvents 1.0, structured JSON, around the former.
  slack,          ///< Block Kit.
  pagerduty,      ///< Events API v2.
  alertmanager,   ///< Prometheus Alertmanager API v2.
  sns_envelope,   ///< What a subscriber of an SNS topic gets.
  user_template,  ///< `template`: the user's own.
};

std::string_view to_string(WebhookFormat format);
std::optional<WebhookFormat> parse_webhook_format(std::string_view text);

/// Where an HTTP POST goes.
struct WebhookSpec {
  std::string url;          ///< Empty where `url_secret` is set, and with pagerduty for its own.
  SecretSource url_secret;  ///< For addresses that are secrets, such as Slack's.
  SecretSource secret;      ///< Signs the body by Standard Webhooks; may be unset.
  WebhookFormat format = WebhookFormat::json;
  std::string body_template;                           ///< Of `template`.
  std::string content_type = "application/json";       ///< Of `template`.
  SecretSource routing_key;                            ///< Of `pagerduty`.
  std::map<std::string, std::string> headers;          ///< Sent beside ours.
  std::map<std::string, SecretSource> secret_headers;  ///< Such as Authorization.
  std::string ca_file;  ///< Certificates to trust, PEM; empty: those of the host.
  Duration timeout{std::chrono::seconds(10)};

  bool operator==(const WebhookSpec&) const = default;
};

Problems validate(const WebhookSpec& webhook);

}  // namespace bellwether
