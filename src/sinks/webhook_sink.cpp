#include "webhook_sink.hpp"

#include <utility>

#include "bellwether/base/version.hpp"
#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/net/crypto.hpp"

#include "answer.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_series_sent = 100;
constexpr std::size_t max_answer_bytes = 4096;
constexpr std::string_view encoded_key_prefix = "whsec_";

}  // namespace

Result<std::string> signing_key_of(std::string_view secret) {
  if (!secret.starts_with(encoded_key_prefix)) return std::string(secret);
  auto key = net::base64_decode(secret.substr(encoded_key_prefix.size()));
  // The decoder names a place in the secret; that it is wrong must do.
  if (!key || key->empty())
    return invalid_input("the secret begins with 'whsec_', so base64 must follow, but does not");
  return key;
}

WebhookSink::WebhookSink(WebhookSpec spec, std::string signing_key, SinkContext context)
    : spec_(std::move(spec)), signing_key_(std::move(signing_key)), context_(std::move(context)) {}

SendOutcome WebhookSink::send(const Notification& notification) {
  const auto response = context_.http.send(make_request(notification));
  if (!response) return {response.error(), std::nullopt};
  return outcome_of(*response, context_.clock.now());
}

net::HttpRequest WebhookSink::make_request(const Notification& notification) const {
  const TimePoint now = context_.clock.now();
  const std::string timestamp =
      std::to_string(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());

  net::HttpRequest request;
  request.method = "POST";
  request.url = spec_.url;
  request.timeout = spec_.timeout;
  request.max_response_bytes = max_answer_bytes;
  request.body = document::to_json(
      document::write_webhook_body(notification, now, context_.public_url, max_series_sent));
  request.headers = {{"Content-Type", "application/json"},
                     {"User-Agent", "bellwether/" + std::string(version())},
                     {"webhook-id", notification.delivery_id},
                     {"webhook-timestamp", timestamp}};
  if (!signing_key_.empty()) {
    const std::string signed_text = notification.delivery_id + "." + timestamp + "." + request.body;
    request.headers["webhook-signature"] =
        "v1," + net::base64_encode(net::hmac_sha256(signing_key_, signed_text));
  }
  return request;
}

}  // namespace bellwether::sinks
