#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/document/node.hpp"
#include "bellwether/net/http_client.hpp"

namespace bellwether::cli {

/// Carries one request to the server; a test answers it itself.
using Transport = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

/// Where the server is and how it knows us.
struct ServerAddress {
  std::string url = "http://127.0.0.1:8088";
  std::string token_file;
  std::string token_env = "BELLWETHER_TOKEN";  ///< Read when there is no file; may be unset.
};

using Query = std::vector<std::pair<std::string, std::string>>;

/// Speaks the native REST dialect of a running server.
///
/// Errors   unavailable: no server there; otherwise what the server's problem document says.
class RestClient {
 public:
  /// Reads the token. Errors   invalid_input: the token file cannot be read.
  static Result<RestClient> make(const ServerAddress& address, Transport transport);

  /// `path` as below /api/v1, its parts already encoded.
  Result<document::Node> get(std::string_view path, const Query& query = {}) const;
  Result<document::Node> post(std::string_view path) const;

  /// The list under `member` of each page, until the last or `limit` of them.
  Result<document::Node::List> list(std::string_view path, std::string_view member, Query query,
                                    std::size_t limit) const;

 private:
  RestClient(std::string url, std::string token, Transport transport);

  Result<document::Node> exchange(std::string method, std::string_view path,
                                  const Query& query) const;

  std::string url_;
  std::string token_;
  Transport transport_;
};

}  // namespace bellwether::cli
