#include "s3_refusal.hpp"

#include <array>
#include <utility>

namespace bellwether::net {
namespace {

/// What to do, by the service's code.
std::string advice_for(const S3RefusedRequest& request) {
  const std::string& code = request.refusal.code;
  const std::string key = "access key '" + request.access_key_id + "'";
  const bool is_signed = !request.access_key_id.empty();
  if (code == "SignatureDoesNotMatch")
    return "is the secret of " + key + " right, and does nothing between here and there change " +
           "requests?";
  if (code == "InvalidAccessKeyId") return "the service does not know " + key;
  if (code == "ExpiredToken" || code == "TokenRefreshRequired")
    return "the session token of " + key + " has expired: give a new one";
  if (code == "RequestTimeTooSkewed")
    return "the clocks differ: here it is " + to_rfc3339(request.now) + ", there '" +
           request.server_date + "'; set this host's clock";
  if (code == "NoSuchBucket")
    return "bucket '" + request.bucket + "' does not exist there; check its name and the endpoint";
  const std::string& region = request.refusal.region;
  if (!region.empty() && region != request.region)
    return "the bucket is in region '" + region + "', not '" + request.region + "': set region";
  if (request.status == 301 || request.status == 307)
    return "the bucket is elsewhere: check endpoint and region";
  if (request.status == 403 && is_signed)
    return key +
           " may not do this: it needs s3:ListBucket on the bucket and s3:GetObject on its "
           "objects";
  if (request.status == 403) return "requests go unsigned: give credentials";
  if (request.status == 412) return std::string(overwritten_text);
  return "";
}

ErrorCode code_for(const S3RefusedRequest& request) {
  const int status = request.status;
  const std::string& code = request.refusal.code;
  if (status == 429 || status == 503 || code == "SlowDown") return ErrorCode::overloaded;
  if (status >= 500 || status == 408 || code == "RequestTimeout") return ErrorCode::unavailable;
  if (status == 401 || status == 403) return ErrorCode::forbidden;
  if (status == 404 || status == 412) return ErrorCode::not_found;
  return ErrorCode::invalid_input;
}

}  // namespace

Error to_error(const S3RefusedRequest& request) {
  std::string message = "the service answered " + std::to_string(request.status);
  if (!request.refusal.code.empty()) message += " " + request.refusal.code;
  if (!request.refusal.message.empty()) message += " (" + request.refusal.message + ")";
  if (const std::string advice = advice_for(request); !advice.empty()) message += ": " + advice;
  return {code_for(request), std::move(message)};
}

}  // namespace bellwether::net
