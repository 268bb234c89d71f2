#pragma once

#include <cstdint>
#include <memory>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/result.hpp"

#include "http_service.hpp"

namespace bellwether::api {

/// Speaks HTTP/1.1, in the clear or over TLS, on one thread; answers are made on a few others.
///
/// Threads  `stop` may be called from any thread but its own.
class HttpServer {
 public:
  /// Listens when it returns. `service` outlives it.
  ///
  /// Errors   invalid_input: the address, certificate or key; unavailable: the address is taken.
  static Result<std::unique_ptr<HttpServer>> start(const ApiSettings& settings, Service& service);

  /// Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

  /// Reads certificate and key again, for connections from now on; nothing without TLS.
  ///
  /// Errors   invalid_input: they cannot be used, and those before stay.
  Result<void> reload_certificate();

  /// Takes no more requests, lets those that run end, and returns when every session is over.
  void stop();

 private:
  struct Body;
  explicit HttpServer(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::api
