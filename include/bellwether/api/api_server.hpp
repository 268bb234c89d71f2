#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::api {

/// What the server answers from. All of it outlives the server.
struct ApiContext {
  store::Store& store;
  const Clock& clock;       ///< The detectors' time.
  const Clock& wall_clock;  ///< The time that deliveries and people go by.
  Metrics& metrics;
  const Health& health;
  ByteBudget& memory;          ///< `server.memory`: requests and answers count in it.
  AlertLimits alert_limits{};  ///< How much one alert may filter by.
  Duration retention = store::StoreSettings().retention;  ///< How long values are kept.
  std::vector<std::string> allow_paths{};  ///< Below which detectors that admins make read files.
  std::size_t max_detectors = ApiSettings().max_detectors;
};

/// The REST API on one port (docs/api.md). It answers from the store and gives orders by changing
/// the catalog; it knows nothing of who carries them out.
///
/// Threads  it runs its own; `stop`, `set_tokens` and `reload_certificate` may be called from any
/// other.
class ApiServer {
 public:
  /// Listens when it returns.
  ///
  /// Errors   invalid_input: settings, certificate or key; unavailable: the address is taken.
  static Result<std::unique_ptr<ApiServer>> start(const ApiSettings& settings,
                                                  const ApiContext& context);

  /// Stops.
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  std::uint16_t port() const;

  /// `http://127.0.0.1:8088`, without a slash at the end.
  std::string url() const;

  /// Takes the tokens of a reloaded configuration from the next request on.
  void set_tokens(std::vector<ApiToken> tokens);

  /// Reads the certificate and its key again, for connections from now on; nothing without TLS.
  ///
  /// Errors   invalid_input: they cannot be used, and those before stay.
  Result<void> reload_certificate();

  /// Takes no more requests, lets those that run end, at most for a few seconds, and returns when
  /// every session is over.
  void stop();

 private:
  struct Body;
  explicit ApiServer(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::api
