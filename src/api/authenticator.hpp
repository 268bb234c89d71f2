#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "bellwether/api/api_settings.hpp"

#include "http_message.hpp"
#include "route.hpp"

namespace bellwether::api {

/// Knows callers by their bearer token. Where no tokens are configured everyone has the role
/// `local`, and must be a program of this host: a browser that some web page sends here, and what
/// comes through a proxy, is refused.
///
/// Threads  any.
class Authenticator {
 public:
  explicit Authenticator(std::vector<ApiToken> tokens);

  void set_tokens(std::vector<ApiToken> tokens);

  /// `token_header` names a header that may carry the token in place of `Authorization`.
  ///
  /// Errors   forbidden: a page of another site, or a proxy; invalid_input: no token or none we
  /// know.
  Result<Caller> identify(const Headers& headers, const std::string& token_header = "") const;

 private:
  mutable std::mutex mutex_;
  std::vector<ApiToken> tokens_;
};

}  // namespace bellwether::api
