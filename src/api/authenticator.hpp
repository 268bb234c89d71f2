#pragma once

#include <mutex>
#include <optional>
#include <vector>

#include "bellwether/api/api_settings.hpp"

#include "http_message.hpp"
#include "route.hpp"

namespace bellwether::api {

/// Knows callers by their bearer token. Where no tokens are configured everyone is admin, and the
/// caller must be a program of this host: a browser that some web page sends here is refused.
///
/// Threads  any.
class Authenticator {
 public:
  explicit Authenticator(std::vector<ApiToken> tokens);

  void set_tokens(std::vector<ApiToken> tokens);

  /// Errors   forbidden: a page of another site; invalid_input: no token or none we know.
  Result<Caller> identify(const Headers& headers) const;

 private:
  mutable std::mutex mutex_;
  std::vector<ApiToken> tokens_;
};

}  // namespace bellwether::api
