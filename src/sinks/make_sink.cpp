#include "bellwether/sinks/sink.hpp"

#include "read_secret.hpp"
#include "webhook_sink.hpp"

namespace bellwether::sinks {
namespace {

Result<std::unique_ptr<Sink>> make_webhook(const WebhookSpec& spec, const SinkContext& context) {
  std::string key;
  if (spec.secret.is_set()) {
    const auto secret = read_secret(spec.secret);
    if (!secret) return secret.error();
    auto decoded = signing_key_of(*secret);
    if (!decoded) return decoded.error();
    key = std::move(*decoded);
  }
  return std::make_unique<WebhookSink>(spec, std::move(key), context);
}

}  // namespace

Result<std::unique_ptr<Sink>> make_sink(const SinkSpec& spec, const SinkContext& context) {
  const auto* webhook = std::get_if<WebhookSpec>(&spec.target);
  if (webhook == nullptr || webhook->format != WebhookFormat::json)
    return invalid_input("sink '" + spec.name + "': not built yet");
  auto sink = make_webhook(*webhook, context);
  if (!sink) return while_doing("sink '" + spec.name + "'", sink.error());
  return sink;
}

}  // namespace bellwether::sinks
