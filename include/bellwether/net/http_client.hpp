#pragma once

#include <map>
#include <memory>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::net {

struct HttpRequest {
  std::string method = "GET";
  std::string url{};
  std::map<std::string, std::string> headers{};
  std::string body{};
  Duration timeout{std::chrono::seconds(10)};
  std::size_t max_response_bytes = 1U << 20U;
};

struct HttpResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;                            ///< Cut at `max_response_bytes`.
};

/// Calls other people's HTTP servers. Redirects are not followed, TLS certificates are verified.
///
/// Errors   unavailable: no connection, no answer in time. Any answer, also 500, is a response.
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
