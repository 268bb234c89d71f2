#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/metrics.hpp"

#include "authenticator.hpp"
#include "caller_shares.hpp"
#include "http_service.hpp"
#include "rate_limiter.hpp"
#include "refused_logins.hpp"
#include "router.hpp"

namespace bellwether::api {

/// Stands between the network and the operations: finds the route, knows the caller, holds them to
/// their role, rate and the route's parameters, and counts what comes and goes.
///
/// Threads  `admit` and `refuse`: one caller. Exchanges may be answered on any thread.
class Gateway final : public Service {
 public:
  using Now = std::function<RateLimiter::Instant()>;

  Gateway(Routes routes, const ApiSettings& settings, Metrics& metrics, ByteBudget& memory,
          Now now = std::chrono::steady_clock::now);

  Admission admit(const RequestHead& head) override;
  Response refuse(int status, const std::string& detail) override;

  void set_tokens(std::vector<ApiToken> tokens) { authenticator_.set_tokens(std::move(tokens)); }
  const Routes& routes() const { return router_.routes(); }

 private:
  class Admitted;

  Admission judge(const RequestHead& head, const Route*& route);
  void note_refused_login(const std::string& address);

  Router router_;
  ApiLimits limits_;
  Metrics& metrics_;
  Now now_;
  Authenticator authenticator_;
  RateLimiter rates_;
  CallerShares shares_;
  RefusedLogins refused_logins_;
};

}  // namespace bellwether::api
