#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::net {

/// What requests to an AWS-style service are signed with.
struct AwsKeys {
  std::string access_key_id;  ///< Empty: requests go unsigned.
  std::string secret;
  std::string session_token;  ///< Only beside keys that are good for a while.
};

/// Where a signature holds.
struct AwsScope {
  std::string region;
  std::string service;  ///< `s3`, `sns`, `lookoutmetrics`, ...

  bool operator==(const AwsScope&) const = default;
};

/// Stands for the hash of a body that is not signed; S3 alone takes it.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// A request as its signature sees it.
struct AwsRequest {
  std::string method = "GET";
  std::string target = "/";  ///< Path and query as they are sent, percent-encoded once.
  std::map<std::string, std::string> headers;  ///< Names in lower case, `host` among them.
  std::string payload_hash;                    ///< `sha256_hex` of the body, or `unsigned_payload`.
};

/// The headers to send beside those of `request`, which are all signed: `authorization`,
/// `x-amz-date`, for S3 `x-amz-content-sha256`, and with a session `x-amz-security-token`.
///
/// Source   "AWS Signature Version 4 for API requests", AWS IAM User Guide. S3 signs the path as it
///          is, every other service encodes it a second time.
std::map<std::string, std::string> sign(const AwsRequest& request, const AwsKeys& keys,
                                        const AwsScope& scope, TimePoint time);

/// What an `Authorization` header claims.
struct AwsAuthorization {
  std::string access_key_id;
  std::string date;  ///< yyyymmdd
  AwsScope scope;
  std::vector<std::string> signed_headers;
  std::string signature;
};

/// Errors   invalid_input: no Signature V4, or one that lacks a part; says which.
Result<AwsAuthorization> parse_aws_authorization(std::string_view header);

/// Whether the holder of `secret` signed the request, not longer ago, nor later, than `tolerance`.
/// `request` carries all headers that came, and the hash of the body as it came.
///
/// Errors   invalid_input: the time is missing or unreadable, or `host` is not signed. forbidden:
///          the signature is another one, or too old.
Result<void> verify(const AwsRequest& request, const AwsAuthorization& authorization,
                    std::string_view secret, TimePoint now,
                    Duration tolerance = std::chrono::minutes(15));

}  // namespace bellwether::net
