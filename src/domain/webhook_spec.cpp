#include "bellwether/domain/webhook_spec.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "bellwether/domain/endpoint.hpp"

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<WebhookFormat, 7> format_names{{{WebhookFormat::json, "json"},
                                                    {WebhookFormat::cloudevents, "cloudevents"},
                                                    {WebhookFormat::slack, "slack"},
                                                    {WebhookFormat::pagerduty, "pagerduty"},
                                                    {WebhookFormat::alertmanager, "alertmanager"},
                                                    {WebhookFormat::sns_envelope, "sns_envelope"},
                                                    {WebhookFormat::user_template, "template"}}};

/// Headers that the request itself makes.
constexpr std::array own_headers{
    "content-length",     "content-type",         "host",
    "transfer-encoding",  "webhook-id",           "webhook-signature",
    "webhook-timestamp",  "x-amz-sns-message-id", "x-amz-sns-message-type",
    "x-amz-sns-topic-arn"};

void check_address(const WebhookSpec& webhook, Problems& problems) {
  const bool is_needed = webhook.format != WebhookFormat::pagerduty;
  if (webhook.url_secret.is_set()) {
    if (!webhook.url.empty())
      problems.push_back({"webhook.url", "give either url or url_file or url_env", 0, 0});
    return;
  }
  if (webhook.url.empty() && !is_needed) return;
  check_url(problems, "webhook.url", webhook.url, "use url_file or url_env");
}

/// What belongs to one format only is a mistake beside another: it would do nothing.
void check_format(const WebhookSpec& webhook, Problems& problems) {
  const bool is_template = webhook.format == WebhookFormat::user_template;
  if (is_template && webhook.body_template.empty())
    problems.push_back({"webhook.template", "is missing; give the body to send", 0, 0});
  if (!is_template && !webhook.body_template.empty())
    problems.push_back({"webhook.template", "needs format: template", 0, 0});
  if (is_template && (webhook.content_type.find('/') == std::string::npos ||
                      webhook.content_type.find_first_of("\r\n") != std::string::npos))
    problems.push_back(
        {"webhook.content_type", "must be a media type, such as application/json", 0, 0});
  const bool is_pagerduty = webhook.format == WebhookFormat::pagerduty;
  if (is_pagerduty && !webhook.routing_key.is_set())
    problems.push_back(
        {"webhook.routing_key_file", "is missing; give routing_key_file or routing_key_env", 0, 0});
  if (!is_pagerduty && webhook.routing_key.is_set())
    problems.push_back({"webhook.routing_key_file", "needs format: pagerduty", 0, 0});
}

void check_header(const std::string& field, std::string name, Problems& problems) {
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (std::ranges::find(own_headers, name) != own_headers.end())
    problems.push_back({field, "is set by the request itself", 0, 0});
  if (name.empty() || name.find_first_of(" :\t\r\n") != std::string::npos)
    problems.push_back({field, "must be the name of a header", 0, 0});
}

}  // namespace

std::string_view to_string(WebhookFormat format) { return name_in(format_names, format); }
std::optional<WebhookFormat> parse_webhook_format(std::string_view text) {
  return value_in(format_names, text);
}

Problems validate(const WebhookSpec& webhook) {
  Problems problems;
  check_address(webhook, problems);
  check_format(webhook, problems);
  for (const auto& [name, value] : webhook.headers) {
    check_header("webhook.headers." + name, name, problems);
    if (webhook.secret_headers.contains(name))
      problems.push_back({"webhook.headers." + name, "is given in secret_headers too", 0, 0});
  }
  for (const auto& [name, secret] : webhook.secret_headers) {
    check_header("webhook.secret_headers." + name, name, problems);
    if (secret.file.empty() == secret.environment_variable.empty())
      problems.push_back({"webhook.secret_headers." + name, "must give either file or env", 0, 0});
  }
  if (webhook.timeout <= Duration(0))
    problems.push_back({"webhook.timeout", "must be longer than zero", 0, 0});
  return problems;
}

}  // namespace bellwether
