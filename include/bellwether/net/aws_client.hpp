#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <string_view>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/net/aws_keys.hpp"
#include "bellwether/net/aws_signature.hpp"
#include "bellwether/net/http_client.hpp"

namespace bellwether::net {

/// Where an AWS-style service is and how it is called.
struct AwsEndpoint {
  std::string url;  ///< Scheme, host and port, perhaps a path that all targets go below.
  AwsScope scope;
  std::string ca_file;  ///< PEM; empty: the host's certificates.
  bool allow_private_targets = true;
  Duration timeout{std::chrono::seconds(10)};
  std::stop_token stop{};  ///< Ends calls within a second or so.
};

/// Where AWS itself offers a service: `https://sns.eu-west-1.amazonaws.com`. `partition` is the
/// second field of ARNs: `aws`, `aws-cn`, ...
std::string aws_service_url(const AwsScope& scope, std::string_view partition);

/// Posts signed requests to an AWS-style service.
///
/// Errors   those of HttpClient, and of the keys. Any whole answer, also 500, is a response.
/// Threads  any.
class AwsClient {
 public:
  /// `http` and `wall_clock`, by which requests are signed, outlive it.
  AwsClient(HttpClient& http, AwsEndpoint endpoint, AwsKeySource keys, const Clock& wall_clock);

  /// `target` is a path and query, percent-encoded once; header names are in lower case.
  Result<HttpResponse> post(std::string_view target, std::map<std::string, std::string> headers,
                            std::string body) const;

 private:
  HttpClient& http_;
  AwsEndpoint endpoint_;
  AwsKeySource keys_;
  const Clock& wall_clock_;
};

/// What the body of a refused request says, in the XML of the Query protocol; empty where it does
/// not.
struct AwsRefusal {
  std::string code;     ///< `NotFound`
  std::string message;  ///< For people.
};
AwsRefusal parse_aws_refusal(std::string_view xml);

}  // namespace bellwether::net
