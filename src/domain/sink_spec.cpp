#include "bellwether/domain/sink_spec.hpp"

#include "bellwether/domain/detector_spec.hpp"

namespace bellwether {
namespace {

void check_webhook(const WebhookSpec& webhook, Problems& problems) {
  if (!webhook.url.starts_with("http://") && !webhook.url.starts_with("https://"))
    problems.push_back({"webhook.url", "must begin with http:// or https://", 0, 0});
  if (webhook.timeout <= Duration(0))
    problems.push_back({"webhook.timeout", "must be longer than zero", 0, 0});
  if (webhook.format != "json")
    problems.push_back(
        {"webhook.format", "'" + webhook.format + "' is not known here; use json", 0, 0});
  if (!webhook.secret.file.empty() && !webhook.secret.environment_variable.empty())
    problems.push_back({"webhook.secret_file", "give either secret_file or secret_env", 0, 0});
}

}  // namespace

Problems validate(const SinkSpec& spec) {
  Problems problems = validate_name("name", spec.name);
  check_webhook(std::get<WebhookSpec>(spec.target), problems);
  if (spec.retry.first_wait <= Duration(0))
    problems.push_back({"retry.first_wait", "must be longer than zero", 0, 0});
  if (spec.retry.longest_wait < spec.retry.first_wait)
    problems.push_back({"retry.longest_wait", "must not be shorter than first_wait", 0, 0});
  if (spec.retry.max_age <= Duration(0))
    problems.push_back({"retry.max_age", "must be longer than zero", 0, 0});
  return problems;
}

}  // namespace bellwether
