#include "bellwether/net/s3_client.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/net/crypto.hpp"

#include "s3_refusal.hpp"

namespace bellwether::net {
namespace {

/// A thousand keys, each byte encoded, stay below.
constexpr std::size_t max_page_bytes = 8U << 20U;

std::string range_header(S3Range range) {
  return "bytes=" + std::to_string(range.first) + "-" +
         std::to_string(range.first + range.length - 1);
}

std::string header_of(const HttpResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? "" : found->second;
}

}  // namespace

/// One request, before it is signed.
struct S3Client::Call {
  std::string method = "GET";
  std::string bucket;
  std::string key;    ///< Empty: the bucket itself.
  std::string query;  ///< Encoded.
  std::map<std::string, std::string> headers;
  std::size_t max_response_bytes = max_page_bytes;
  /// Whether the answer is whole; else the request is tried again.
  std::uint64_t expected_bytes = 0;  ///< Zero: any length will do.

  std::string name() const { return "s3://" + bucket + (key.empty() ? "" : "/" + key); }
};

S3Client::S3Client(HttpClient& http, S3Endpoint endpoint, AwsKeySource keys,
                   const Clock& wall_clock, S3Patience patience)
    : http_(http),
      endpoint_(std::move(endpoint)),
      keys_(std::move(keys)),
      wall_clock_(wall_clock),
      patience_(patience) {
  if (endpoint_.url.empty()) endpoint_.url = "https://s3." + endpoint_.region + ".amazonaws.com";
  while (endpoint_.url.ends_with('/')) endpoint_.url.pop_back();
}

Result<S3Page> S3Client::list(const std::string& bucket, const std::string& prefix,
                              const std::string& token, const std::stop_token& stop) const {
  std::string query =
      "list-type=2&encoding-type=url&delimiter=%2F&prefix=" + percent_encode(prefix);
  if (!token.empty()) query += "&continuation-token=" + percent_encode(token);
  const auto response = send({.bucket = bucket, .key = {}, .query = query, .headers = {}}, stop);
  if (!response) return while_doing("listing s3://" + bucket + "/" + prefix, response.error());
  auto page = response->is_cut ? Result<S3Page>(invalid_input("the page has more than " +
                                                              std::to_string(max_page_bytes) +
                                                              " bytes (max_page_bytes)"))
                               : parse_s3_page(response->body);
  if (!page) return while_doing("listing s3://" + bucket + "/" + prefix, page.error());
  return page;
}

Result<std::optional<S3Object>> S3Client::head(const std::string& bucket, const std::string& key,
                                               const std::stop_token& stop) const {
  const auto response =
      send({.method = "HEAD", .bucket = bucket, .key = key, .query = {}, .headers = {}}, stop);
  // Without a body to say so a missing bucket looks the same; the listing that follows will tell.
  if (!response && response.error().code == ErrorCode::not_found) return std::optional<S3Object>();
  if (!response) return while_doing("looking for s3://" + bucket + "/" + key, response.error());
  S3Object object{.key = key, .size_bytes = 0, .etag = header_of(*response, "etag")};
  const std::string length = header_of(*response, "content-length");
  const auto [end, error] =
      std::from_chars(length.data(), length.data() + length.size(), object.size_bytes);
  if (error != std::errc() || end != length.data() + length.size())
    return invalid_input("looking for s3://" + bucket + "/" + key +
                         ": the answer has no Content-Length");
  return std::optional(std::move(object));
}

Result<std::string> S3Client::get(const std::string& bucket, const S3Object& object, S3Range range,
                                  const std::stop_token& stop) const {
  const bool is_whole = range.first == 0 && range.length == object.size_bytes;
  Call call{.bucket = bucket,
            .key = object.key,
            .query = {},
            .headers = {},
            .max_response_bytes = std::max<std::size_t>(range.length, max_refusal_bytes),
            .expected_bytes = range.length};
  if (!object.etag.empty()) call.headers["if-match"] = object.etag;
  if (!is_whole) call.headers["range"] = range_header(range);
  auto response = send(call, stop);
  const std::string doing = "reading s3://" + bucket + "/" + object.key;
  if (!response) return while_doing(doing, response.error());
  if (!is_whole && response->status != 206)
    return invalid_input(doing + ": the service does not serve ranges (it answered " +
                         std::to_string(response->status) + ")");
  const std::string etag = header_of(*response, "etag");
  if (!object.etag.empty() && !etag.empty() && etag != object.etag)
    return not_found(doing + ": " + std::string(overwritten_text));
  return std::move(response->body);
}

/// Sends until there is a good answer or no hope.
Result<HttpResponse> S3Client::send(const Call& call, const std::stop_token& stop) const {
  Duration wait = patience_.first_wait;
  for (int attempt = 1;; ++attempt) {
    auto response = try_once(call, stop);
    if (response || !is_retryable(response.error())) return response;
    if (stop.stop_requested()) return Error{ErrorCode::cancelled, "we are stopping"};
    if (attempt >= patience_.attempts)
      return while_doing("attempt " + std::to_string(attempt) + ", the last", response.error());
    log(LogLevel::debug, "s3", "trying again: " + response.error().message,
        {{"object", call.name()}, {"attempt", std::to_string(attempt)}});
    if (!sleep_for(stop, wait)) return Error{ErrorCode::cancelled, "we are stopping"};
    wait = std::min(wait * 2, patience_.longest_wait);
  }
}

Result<HttpResponse> S3Client::try_once(const Call& call, const std::stop_token& stop) const {
  const auto keys = keys_();
  if (!keys) return keys.error();
  const std::size_t host_begin = endpoint_.url.find("://") + 3;
  const std::string scheme = endpoint_.url.substr(0, host_begin);
  const std::string authority = endpoint_.url.substr(host_begin);
  const std::string host = endpoint_.is_path_style ? authority : call.bucket + "." + authority;
  AwsRequest request{.method = call.method,
                     .target = endpoint_.is_path_style ? "/" + call.bucket : "",
                     .headers = call.headers,
                     .payload_hash = sha256_hex("")};
  if (!call.key.empty() || !endpoint_.is_path_style)
    request.target += "/" + percent_encode(call.key, true);
  if (!call.query.empty()) request.target += "?" + call.query;
  request.headers["host"] = host;
  if (!keys->access_key_id.empty())
    for (const auto& [name, value] :
         sign(request, *keys, {.region = endpoint_.region, .service = "s3"}, wall_clock_.now()))
      request.headers[name] = value;
  auto response = http_.send({.method = call.method,
                              .url = scheme + host + request.target,
                              .headers = request.headers,
                              .timeout = patience_.timeout,
                              .idle_timeout = patience_.idle_timeout,
                              .max_response_bytes = call.max_response_bytes,
                              .ca_file = endpoint_.ca_file,
                              .stop = stop});
  if (!response) return while_doing("calling " + scheme + host, response.error());
  if (response->status < 200 || response->status > 299)
    return refused(call, keys->access_key_id, *response);
  const std::size_t bytes = response->body.size();
  if (call.expected_bytes != 0 && (bytes != call.expected_bytes || response->is_cut) &&
      response->status == (call.headers.contains("range") ? 206 : 200))
    return unavailable("the answer broke off or is of another length: " + std::to_string(bytes) +
                       (response->is_cut ? " bytes and more" : " bytes") + " instead of " +
                       std::to_string(call.expected_bytes));
  return response;
}

Error S3Client::refused(const Call& call, const std::string& access_key_id,
                        const HttpResponse& response) const {
  S3Refusal refusal = parse_s3_refusal(response.body);
  if (refusal.region.empty()) refusal.region = header_of(response, "x-amz-bucket-region");
  return to_error({.status = response.status,
                   .refusal = refusal,
                   .bucket = call.bucket,
                   .access_key_id = access_key_id,
                   .region = endpoint_.region,
                   .server_date = header_of(response, "date"),
                   .now = wall_clock_.now()});
}

}  // namespace bellwether::net
