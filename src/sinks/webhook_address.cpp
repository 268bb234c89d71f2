#include "webhook_address.hpp"

#include <string_view>

#include "read_secret.hpp"

namespace bellwether::sinks {
namespace {

constexpr std::string_view pagerduty_address = "https://events.pagerduty.com/v2/enqueue";
constexpr std::string_view alertmanager_path = "/api/v2/alerts";

std::string complete(std::string address, WebhookFormat format) {
  if (format == WebhookFormat::pagerduty && address.empty()) return std::string(pagerduty_address);
  if (format != WebhookFormat::alertmanager) return address;
  while (address.ends_with('/')) address.pop_back();
  if (!address.ends_with(alertmanager_path)) address += alertmanager_path;
  return address;
}

}  // namespace

Result<std::string> read_webhook_address(const WebhookSpec& spec) {
  if (!spec.url_secret.is_set()) return complete(spec.url, spec.format);
  auto address = read_secret(spec.url_secret, "url");
  if (!address) return address;
  if (!address->starts_with("http://") && !address->starts_with("https://"))
    return invalid_input("what " +
                         (spec.url_secret.file.empty()
                              ? "url_env '" + spec.url_secret.environment_variable
                              : "url_file '" + spec.url_secret.file) +
                         "' holds is no address: it must begin with http:// or https://");
  return complete(std::move(*address), spec.format);
}

}  // namespace bellwether::sinks
