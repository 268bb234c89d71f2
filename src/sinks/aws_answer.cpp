#include "aws_answer.hpp"

#include <algorithm>
#include <array>

#include "bellwether/document/json.hpp"
#include "bellwether/net/aws_client.hpp"

#include "answer.hpp"

namespace bellwether::sinks {
namespace {

std::string text_at(const document::Node& node, std::string_view key) {
  const auto* entry = node.find(key);
  const auto* text = entry == nullptr ? nullptr : entry->as<std::string>();
  return text == nullptr ? "" : *text;
}

/// `{"message": ...}`, with the code in a header, beside a name or an address after a colon.
net::AwsRefusal read_json_refusal(const net::HttpResponse& response) {
  net::AwsRefusal refusal;
  if (const auto type = response.headers.find("x-amzn-errortype"); type != response.headers.end())
    refusal.code = type->second.substr(0, type->second.find(':'));
  const auto body = document::parse_json(response.body);
  if (!body) return refusal;
  for (const std::string_view key : {"message", "Message", "errorMessage"})
    if (refusal.message.empty()) refusal.message = text_at(*body, key);
  if (refusal.code.empty()) refusal.code = text_at(*body, "__type");
  return refusal;
}

net::AwsRefusal read_refusal(const net::HttpResponse& response) {
  auto refusal = net::parse_aws_refusal(response.body);
  return refusal.code.empty() ? read_json_refusal(response) : refusal;
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

bool is_throttling(std::string_view code) {
  return code.find("Throttl") != std::string_view::npos ||
         is_one_of(code, {"RequestLimitExceeded", "TooManyRequestsException", "SlowDown"});
}

bool is_about_the_clock(std::string_view code) {
  return is_one_of(code, {"RequestExpired", "RequestTimeTooSkewed", "InvalidSignatureException"});
}

bool is_about_an_old_token(std::string_view code) {
  return is_one_of(code, {"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"});
}

std::string advice_for(std::string_view code, int status, const AwsTarget& target) {
  if (is_about_an_old_token(code)) return "the session token has expired: give a new one";
  if (is_about_the_clock(code)) return "are this host's clock and the secret right?";
  if (code == "SignatureDoesNotMatch") return "is the secret right?";
  if (is_one_of(code, {"InvalidClientTokenId", "UnrecognizedClientException"}))
    return "the service does not know the access key";
  if (is_one_of(code, {"NotFound", "NotFoundException", "ResourceNotFoundException"}))
    return std::string(target.noun) + " '" + target.arn +
           "' does not exist there; check its name, the region and the endpoint";
  if (status == 403)
    return "the keys need the right to " + std::string(target.right) + " on '" + target.arn + "'";
  return "";
}

}  // namespace

SendOutcome aws_outcome_of(const net::HttpResponse& response, const AwsTarget& target,
                           TimePoint now) {
  SendOutcome outcome = outcome_of(response, now);
  if (outcome.result) return outcome;
  const auto refusal = read_refusal(response);
  if (refusal.code.empty() && refusal.message.empty()) return outcome;
  Error error = outcome.result.error();
  error.message = "the service answered " + std::to_string(response.status);
  if (!refusal.code.empty()) error.message += " " + refusal.code;
  if (!refusal.message.empty()) error.message += " (" + refusal.message + ")";
  const std::string advice = advice_for(refusal.code, response.status, target);
  if (!advice.empty()) error.message += ": " + advice;
  // Secrets are read anew for each attempt, so these may pass.
  if (is_about_an_old_token(refusal.code) || is_about_the_clock(refusal.code))
    error.code = ErrorCode::unavailable;
  if (is_throttling(refusal.code)) error.code = ErrorCode::overloaded;
  outcome.result = error;
  return outcome;
}

}  // namespace bellwether::sinks
