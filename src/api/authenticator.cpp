#include "authenticator.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "bellwether/net/crypto.hpp"

#include "text.hpp"

namespace bellwether::api {
namespace {

std::vector<ApiToken> with_lower_case_hashes(std::vector<ApiToken> tokens) {
  for (ApiToken& token : tokens) token.sha256 = in_lower_case(std::move(token.sha256));
  return tokens;
}

bool is_digits(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// `127.x.y.z`, four numbers and nothing else.
bool is_loopback_v4(std::string_view host) {
  if (!host.starts_with("127.")) return false;
  int parts = 1;
  for (; parts < 4; ++parts) {
    const std::size_t dot = host.find('.');
    if (dot == std::string_view::npos) return false;
    host.remove_prefix(dot + 1);
    if (!is_digits(host.substr(0, host.find('.')), 3)) return false;
  }
  return host.find('.') == std::string_view::npos;
}

/// `localhost`, `127.0.0.1`, `[::1]`, each with or without a port. The whole of it counts: a name
/// that only begins so belongs to somebody else.
bool names_loopback(std::string_view host) {
  constexpr std::string_view v6 = "[::1]";
  const std::size_t end = host.starts_with(v6) ? v6.size() : std::min(host.find(':'), host.size());
  const std::string_view port = host.substr(end);
  if (!port.empty() && (port.front() != ':' || !is_digits(port.substr(1), 5))) return false;
  host = host.substr(0, end);
  return host == v6 || in_lower_case(std::string(host)) == "localhost" || is_loopback_v4(host);
}

/// What a proxy adds, of which one is enough: whoever stands behind it is not of this host.
constexpr std::array proxy_headers{
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"};

/// Without tokens the address we listen at is the only guard. A web page may make a browser of this
/// host call us, by its own script or by a name that it points here; both show in these headers.
Result<Caller> identify_neighbour(const Headers& headers) {
  for (const char* header : proxy_headers)
    if (headers.contains(header))
      return Error{ErrorCode::forbidden,
                   std::string("the request came through a proxy (it has the header ") + header +
                       "), and without auth.tokens nobody could tell who sent it; configure "
                       "tokens to serve others, or call 127.0.0.1 directly"};
  const std::string host = header_of(headers, "host");
  const std::string origin = header_of(headers, "origin");
  const bool is_own_origin = origin == "http://" + host || origin == "https://" + host;
  if ((!host.empty() && !names_loopback(host)) || (!origin.empty() && !is_own_origin))
    return Error{ErrorCode::forbidden,
                 "without auth.tokens only programs of this host may call, by 127.0.0.1 or "
                 "localhost; configure tokens to let others in"};
  return Caller{"local", Role::local};
}

/// The token that a request carries, in the route's own header or as a bearer.
Result<std::string> token_of(const Headers& headers, const std::string& token_header) {
  if (!token_header.empty())
    if (std::string token = header_of(headers, in_lower_case(token_header)); !token.empty())
      return token;
  const std::string authorization = header_of(headers, "authorization");
  constexpr std::size_t scheme_length = 7;
  if (in_lower_case(authorization.substr(0, scheme_length)) == "bearer ")
    return authorization.substr(scheme_length);
  return invalid_input("send `" +
                       (token_header.empty() ? "Authorization: Bearer" : token_header + ":") +
                       " <token>`");
}

}  // namespace

Authenticator::Authenticator(std::vector<ApiToken> tokens)
    : tokens_(with_lower_case_hashes(std::move(tokens))) {}

void Authenticator::set_tokens(std::vector<ApiToken> tokens) {
  tokens = with_lower_case_hashes(std::move(tokens));
  const std::lock_guard lock(mutex_);
  tokens_ = std::move(tokens);
}

Result<Caller> Authenticator::identify(const Headers& headers,
                                       const std::string& token_header) const {
  const std::lock_guard lock(mutex_);
  if (tokens_.empty()) return identify_neighbour(headers);
  const auto token = token_of(headers, token_header);
  if (!token) return token.error();
  const std::string hash = net::sha256_hex(*token);
  const ApiToken* known = nullptr;
  for (const ApiToken& one : tokens_)  // All of them, so that time tells nothing.
    if (net::constant_time_equal(one.sha256, hash)) known = &one;
  if (known == nullptr) return invalid_input("the token is not known here");
  return Caller{known->name, known->role};
}

}  // namespace bellwether::api
