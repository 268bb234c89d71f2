#include "authenticator.hpp"

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

/// `localhost`, `127.0.0.1`, `[::1]`, each with or without a port.
bool names_loopback(std::string_view host) {
  if (host.starts_with("[::1]")) return true;
  host = host.substr(0, host.find(':'));
  const bool is_numeric = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return host == "localhost" || (host.starts_with("127.") && is_numeric);
}

/// Without tokens the address we listen at is the only guard. A web page may make a browser of this
/// host call us, by its own script or by a name that it points here; both show in these headers.
Result<Caller> identify_neighbour(const Headers& headers) {
  const std::string host = header_of(headers, "host");
  const std::string origin = header_of(headers, "origin");
  const bool is_own_origin = origin == "http://" + host || origin == "https://" + host;
  if ((!host.empty() && !names_loopback(host)) || (!origin.empty() && !is_own_origin))
    return Error{ErrorCode::forbidden,
                 "without auth.tokens only programs of this host may call, by 127.0.0.1 or "
                 "localhost; configure tokens to let others in"};
  return Caller{"local", Role::admin};
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
