#include "bellwether/net/aws_signature.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/net/crypto.hpp"

namespace bellwether::net {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view scope_end = "aws4_request";

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += digits[byte >> 4U];
    text += digits[byte & 15U];
  }
  return text;
}

/// `20130524T000000Z`
std::string to_amz_date(TimePoint time) {
  std::string text = to_rfc3339(std::chrono::floor<std::chrono::seconds>(time));
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

Result<TimePoint> parse_amz_date(std::string_view text) {
  if (text.size() != 16) return invalid_input("x-amz-date must be as 20130524T000000Z");
  std::string rfc(text);
  for (const std::size_t place : {13U, 11U}) rfc.insert(place, ":");
  for (const std::size_t place : {6U, 4U}) rfc.insert(place, "-");
  auto time = parse_rfc3339(rfc);
  if (!time) return invalid_input("x-amz-date must be as 20130524T000000Z");
  return time;
}

/// Without blanks at either end, and with single ones within.
std::string canonical_value(std::string_view text) {
  std::string value;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) value += c;
    if (is_blank && !value.empty() && value.back() != ' ') value += ' ';
  }
  while (value.ends_with(' ')) value.pop_back();
  return value;
}

std::string canonical_path(std::string_view path, std::string_view service) {
  if (path.empty()) return "/";
  return percent_encode(service == "s3" ? percent_decode(path) : std::string(path), true);
}

std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), parameter.size() + 1));
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const std::string_view value = parameter.substr(std::min(equals + 1, parameter.size()));
    parameters.emplace_back(percent_encode(percent_decode(parameter.substr(0, equals))),
                            percent_encode(percent_decode(value)));
  }
  std::ranges::sort(parameters);
  std::string text;
  for (const auto& [name, value] : parameters)
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  return text;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : ";").append(name);
  return text;
}

std::string canonical_request(const AwsRequest& request, std::string_view service,
                              const std::vector<std::string>& signed_headers) {
  const std::string_view target = request.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  std::string text = request.method + "\n" + canonical_path(target.substr(0, mark), service) +
                     "\n" + canonical_query(target.substr(std::min(mark + 1, target.size()))) +
                     "\n";
  for (const std::string& name : signed_headers) {
    const auto header = request.headers.find(name);
    text += name + ":";
    if (header != request.headers.end()) text += canonical_value(header->second);
    text += "\n";
  }
  return text + "\n" + joined(signed_headers) + "\n" + request.payload_hash;
}

std::string scope_text(std::string_view date, const AwsScope& scope) {
  return std::string(date) + "/" + scope.region + "/" + scope.service + "/" +
         std::string(scope_end);
}

std::string signature_of(const AwsRequest& request, const std::vector<std::string>& signed_headers,
                         std::string_view secret, const AwsScope& scope,
                         const std::string& amz_date) {
  const std::string date = amz_date.substr(0, 8);
  const std::string to_sign = std::string(algorithm) + "\n" + amz_date + "\n" +
                              scope_text(date, scope) + "\n" +
                              sha256_hex(canonical_request(request, scope.service, signed_headers));
  std::string key = hmac_sha256("AWS4" + std::string(secret), date);
  for (const std::string_view part :
       {std::string_view(scope.region), std::string_view(scope.service), scope_end})
    key = hmac_sha256(key, part);
  return hex(hmac_sha256(key, to_sign));
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// The value of `name=value` among the comma-separated parts of an `Authorization` header.
std::string part_of(std::string_view header, std::string_view name) {
  for (const std::string& part : split(header, ',')) {
    const std::string trimmed = canonical_value(part);
    if (trimmed.starts_with(name) && trimmed.size() > name.size() && trimmed[name.size()] == '=')
      return trimmed.substr(name.size() + 1);
  }
  return "";
}

Error forbidden(std::string message) { return {ErrorCode::forbidden, std::move(message)}; }

}  // namespace

std::map<std::string, std::string> sign(const AwsRequest& request, const AwsKeys& keys,
                                        const AwsScope& scope, TimePoint time) {
  std::map<std::string, std::string> added;
  const std::string amz_date = to_amz_date(time);
  added["x-amz-date"] = amz_date;
  if (scope.service == "s3") added["x-amz-content-sha256"] = request.payload_hash;
  if (!keys.session_token.empty()) added["x-amz-security-token"] = keys.session_token;
  AwsRequest whole = request;
  for (const auto& [name, value] : added) whole.headers[name] = value;
  std::vector<std::string> signed_headers;
  for (const auto& [name, value] : whole.headers) signed_headers.push_back(name);
  added["authorization"] =
      std::string(algorithm) + " Credential=" + keys.access_key_id + "/" +
      scope_text(amz_date.substr(0, 8), scope) + ",SignedHeaders=" + joined(signed_headers) +
      ",Signature=" + signature_of(whole, signed_headers, keys.secret, scope, amz_date);
  return added;
}

Result<AwsAuthorization> parse_aws_authorization(std::string_view header) {
  if (!header.starts_with(algorithm) || !header.substr(algorithm.size()).starts_with(' '))
    return invalid_input("Authorization must begin with " + std::string(algorithm));
  header.remove_prefix(algorithm.size() + 1);
  const auto credential = split(part_of(header, "Credential"), '/');
  if (credential.size() != 5 || credential[4] != scope_end || credential[0].empty())
    return invalid_input("Authorization must hold Credential=ID/yyyymmdd/region/service/" +
                         std::string(scope_end));
  AwsAuthorization authorization{.access_key_id = credential[0],
                                 .date = credential[1],
                                 .scope = {.region = credential[2], .service = credential[3]},
                                 .signed_headers = split(part_of(header, "SignedHeaders"), ';'),
                                 .signature = part_of(header, "Signature")};
  if (authorization.signed_headers.front().empty())
    return invalid_input("Authorization must hold SignedHeaders, separated by semicolons");
  if (authorization.signature.empty()) return invalid_input("Authorization must hold a Signature");
  return authorization;
}

Result<void> verify(const AwsRequest& request, const AwsAuthorization& authorization,
                    std::string_view secret, TimePoint now, Duration tolerance) {
  const auto& names = authorization.signed_headers;
  if (std::ranges::find(names, "host") == names.end())
    return invalid_input("the header 'host' must be signed");
  const auto date = request.headers.find("x-amz-date");
  if (date == request.headers.end()) return invalid_input("the header x-amz-date is missing");
  const auto time = parse_amz_date(date->second);
  if (!time) return time.error();
  if (!date->second.starts_with(authorization.date))
    return forbidden("x-amz-date is of another day than the credential's scope");
  if (*time < now - tolerance || *time > now + tolerance)
    return forbidden("signed at " + to_rfc3339(*time) + ", and it is " + to_rfc3339(now) +
                     " now: not within " + to_string(tolerance) + "; set the clock");
  const std::string expected =
      signature_of(request, names, secret, authorization.scope, date->second);
  if (!constant_time_equal(expected, authorization.signature))
    return forbidden("the signature does not match; is the secret of key '" +
                     authorization.access_key_id + "' right?");
  return ok();
}

}  // namespace bellwether::net
