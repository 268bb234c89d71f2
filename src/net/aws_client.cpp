#include "bellwether/net/aws_client.hpp"

#include <utility>

#include "bellwether/base/version.hpp"
#include "bellwether/net/crypto.hpp"

namespace bellwether::net {
namespace {

constexpr std::size_t max_answer_bytes = 64U << 10U;

/// `scheme://host:port` and the path behind it, without a slash at its end.
std::pair<std::string, std::string> split_url(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  const std::size_t scheme_end = url.find("://");
  const std::size_t path = url.find('/', scheme_end == std::string_view::npos ? 0 : scheme_end + 3);
  if (path == std::string_view::npos) return {std::string(url), ""};
  return {std::string(url.substr(0, path)), std::string(url.substr(path))};
}

}  // namespace

std::string aws_service_url(const AwsScope& scope, std::string_view partition) {
  const std::string_view end = partition == "aws-cn" ? ".amazonaws.com.cn" : ".amazonaws.com";
  return "https://" + scope.service + "." + scope.region + std::string(end);
}

AwsClient::AwsClient(HttpClient& http, AwsEndpoint endpoint, AwsKeySource keys,
                     const Clock& wall_clock)
    : http_(http),
      endpoint_(std::move(endpoint)),
      keys_(std::move(keys)),
      wall_clock_(wall_clock) {}

Result<HttpResponse> AwsClient::post(std::string_view target,
                                     std::map<std::string, std::string> headers,
                                     std::string body) const {
  const auto keys = keys_();
  if (!keys) return keys.error();
  const auto [origin, prefix] = split_url(endpoint_.url);
  headers["host"] = origin.substr(origin.find("://") + 3);
  AwsRequest request{.method = "POST",
                     .target = prefix + std::string(target),
                     .headers = std::move(headers),
                     .payload_hash = sha256_hex(body)};
  const auto added = sign(request, *keys, endpoint_.scope, wall_clock_.now());
  request.headers.insert(added.begin(), added.end());
  // Not signed, for proxies change it.
  request.headers["user-agent"] = "bellwether/" + std::string(version());
  auto response = http_.send({.method = "POST",
                              .url = origin + request.target,
                              .headers = std::move(request.headers),
                              .body = std::move(body),
                              .timeout = endpoint_.timeout,
                              .max_response_bytes = max_answer_bytes,
                              .ca_file = endpoint_.ca_file,
                              .allow_private_targets = endpoint_.allow_private_targets,
                              .stop = endpoint_.stop});
  if (!response) return while_doing("calling " + origin, response.error());
  return response;
}

}  // namespace bellwether::net
