#include "webhook_sink.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "bellwether/base/version.hpp"
#include "bellwether/net/crypto.hpp"

#include "answer.hpp"
#include "read_secret.hpp"
#include "webhook_address.hpp"
#include "webhook_formatter.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_answer_bytes = 4096;
constexpr std::string_view encoded_key_prefix = "whsec_";

Result<std::string> read_signing_key(const SecretSource& source) {
  if (!source.is_set()) return std::string();
  const auto secret = read_secret(source);
  if (!secret) return secret.error();
  return signing_key_of(*secret);
}

Result<std::map<std::string, std::string>> read_headers(const WebhookSpec& spec) {
  auto headers = spec.headers;
  for (const auto& [name, source] : spec.secret_headers) {
    auto value = read_secret(source, name);
    if (!value) return while_doing("secret_headers", value.error());
    headers[name] = std::move(*value);
  }
  return headers;
}

bool names_user_agent(std::string_view name) {
  return std::ranges::equal(name, std::string_view("user-agent"), [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

/// Receivers know a request again by this id, so those of one delivery need one each.
std::string webhook_id_of(const std::string& delivery_id, std::size_t place) {
  return place == 0 ? delivery_id : delivery_id + "-" + std::to_string(place);
}

}  // namespace

Result<std::string> signing_key_of(std::string_view secret) {
  if (!secret.starts_with(encoded_key_prefix)) return std::string(secret);
  auto key = net::base64_decode(secret.substr(encoded_key_prefix.size()));
  // The decoder names a place in the secret; that it is wrong must do.
  if (!key || key->empty())
    return invalid_input("the secret begins with 'whsec_', so base64 must follow, but does not");
  return key;
}

Result<std::unique_ptr<Sink>> make_webhook_sink(const WebhookSpec& spec, const SinkLimits& limits,
                                                const SinkContext& context) {
  auto address = read_webhook_address(spec);
  if (!address) return address.error();
  auto key = read_signing_key(spec.secret);
  if (!key) return key.error();
  auto headers = read_headers(spec);
  if (!headers) return headers.error();
  auto formatter = make_webhook_formatter(spec);
  if (!formatter) return formatter.error();
  WebhookSink::Parts parts{std::move(*address), std::move(*key), std::move(*headers),
                           std::move(*formatter)};
  return std::make_unique<WebhookSink>(spec, limits, std::move(parts), context);
}

WebhookSink::WebhookSink(WebhookSpec spec, SinkLimits limits, Parts parts, SinkContext context)
    : spec_(std::move(spec)),
      limits_(limits),
      parts_(std::move(parts)),
      context_(std::move(context)) {}

SendOutcome WebhookSink::send(const Notification& notification) {
  auto messages =
      parts_.formatter(notification, {context_.clock.now(), context_.public_url, context_.aws});
  const std::string& delivery_id = notification.delivery_id;
  return sequence_.send(delivery_id, messages.size(), [&](std::size_t place) {
    return attempt(std::move(messages[place]), webhook_id_of(delivery_id, place));
  });
}

SendOutcome WebhookSink::attempt(WebhookMessage message, const std::string& webhook_id) {
  const auto response = context_.http.send(make_request(std::move(message), webhook_id));
  if (!response) return {response.error(), std::nullopt};
  return outcome_of(*response, context_.clock.now());
}

net::HttpRequest WebhookSink::make_request(WebhookMessage message,
                                           const std::string& webhook_id) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(context_.clock.now());
  const std::string timestamp = std::to_string(now.time_since_epoch().count());

  net::HttpRequest request;
  request.method = "POST";
  request.url = parts_.address;
  request.timeout = spec_.timeout;
  request.max_response_bytes = max_answer_bytes;
  request.ca_file = spec_.ca_file;
  request.allow_private_targets = limits_.allow_private_targets;
  request.stop = context_.stop;
  request.headers = parts_.headers;
  if (std::ranges::none_of(parts_.headers,
                           [](const auto& header) { return names_user_agent(header.first); }))
    request.headers["User-Agent"] = "bellwether/" + std::string(version());
  request.headers.merge(std::move(message.headers));
  request.headers["Content-Type"] = message.content_type;
  request.headers["webhook-id"] = webhook_id;
  request.headers["webhook-timestamp"] = timestamp;
  request.body = std::move(message.body);
  if (!parts_.signing_key.empty()) {
    const std::string signed_text = webhook_id + "." + timestamp + "." + request.body;
    request.headers["webhook-signature"] =
        "v1," + net::base64_encode(net::hmac_sha256(parts_.signing_key, signed_text));
  }
  return request;
}

}  // namespace bellwether::sinks
