#pragma once

#include <map>
#include <memory>
#include <stop_token>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::net {

struct HttpRequest {
  std::string method = "GET";
  std::string url{};
  std::map<std::string, std::string> headers{};
  std::string body{};
  Duration timeout{std::chrono::seconds(10)};  ///< For the whole of it.
  /// How long hardly anything (less than 1 KiB/s) may come before it is given up; zero: not looked
  /// at. Counted in whole seconds.
  Duration idle_timeout{0};
  std::size_t max_response_bytes = 1U << 20U;
  std::string ca_file{};              ///< Certificates to trust, PEM; empty: those of the host.
  bool allow_private_targets = true;  ///< False: no loopback, link-local or private address.
  /// For a server of ours on this host, whose own certificate `ca_file` is: no proxy is asked, and
  /// the certificate may be for other names than the address. Never for a server of others.
  bool is_own_server = false;
  std::stop_token stop{};  ///< Ends the call within a second or so.
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;                            ///< Cut at `max_response_bytes`.
  bool is_cut = false;                         ///< There was more.
};

/// Calls other people's HTTP servers. Redirects are not followed, TLS certificates are verified.
///
/// Errors   unavailable: no connection, no answer in time, a body that ends before its length.
///          forbidden: the target is private, and that is not allowed; no proxy is used then.
///          cancelled: a stop was asked for. Any whole answer, also 500, is a response.
/// Threads  any; connections are kept and reused.
class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpResponse> send(const HttpRequest& request);

 private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

}  // namespace bellwether::net
