#include "rest_client.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/document/json.hpp"

namespace bellwether::cli {

using document::Node;

namespace {

constexpr std::size_t largest_page = 1000;
constexpr std::size_t max_response_bytes = 64U << 20U;

Result<std::string> read_token(const ServerAddress& address) {
  if (address.token_file.empty()) {
    // Read once before any thread is started.
    const char* token = std::getenv(address.token_env.c_str());  // NOLINT(concurrency-mt-unsafe)
    return std::string(token == nullptr ? "" : token);
  }
  std::ifstream file(address.token_file);
  std::string token;
  if (!file || !std::getline(file, token))
    return invalid_input("cannot read a token from '" + address.token_file + "'");
  while (!token.empty() && std::isspace(static_cast<unsigned char>(token.back())) != 0)
    token.pop_back();
  return token;
}

std::string text_at(const Node& node, std::string_view key) {
  const auto* entry = node.find(key);
  const auto* text = entry == nullptr ? nullptr : entry->as<std::string>();
  return text == nullptr ? "" : *text;
}

/// What went wrong, from a problem document where there is one.
Error error_of(const net::HttpResponse& response) {
  std::string message = "the server answered " + std::to_string(response.status);
  if (const auto problem = document::parse_json(response.body)) {
    auto detail = text_at(*problem, "detail");
    if (detail.empty()) detail = text_at(*problem, "title");
    if (!detail.empty()) message = detail;
    const auto* errors = problem->find("errors");
    if (const auto* list = errors == nullptr ? nullptr : errors->as<Node::List>())
      for (const auto& error : *list)
        message += "\n  " + text_at(error, "field") + ": " + text_at(error, "message");
  }
  if (response.status == 401)
    message += " (give a token with --token-file, or in the variable named by --token-env)";
  switch (response.status) {
    case 403:
      return {ErrorCode::forbidden, message};
    case 404:
      return not_found(message);
    case 429:
      return {ErrorCode::overloaded, message};
    default:
      // A server's defect is its own: our exit code 2 stands for ours.
      return response.status >= 500 ? unavailable(message) : invalid_input(message);
  }
}

}  // namespace

Result<RestClient> RestClient::make(const ServerAddress& address, Transport transport) {
  if (!address.url.starts_with("http://") && !address.url.starts_with("https://"))
    return invalid_input("server '" + address.url +
                         "': must begin with http:// or https://, as http://127.0.0.1:8088");
  auto token = read_token(address);
  if (!token) return token.error();
  auto url = address.url;
  while (url.ends_with('/')) url.pop_back();
  return RestClient(std::move(url), std::move(*token), std::move(transport));
}

RestClient::RestClient(std::string url, std::string token, Transport transport)
    : url_(std::move(url)), token_(std::move(token)), transport_(std::move(transport)) {}

Result<Node> RestClient::get(std::string_view path, const Query& query) const {
  return exchange("GET", path, query);
}

Result<Node> RestClient::post(std::string_view path) const { return exchange("POST", path, {}); }

Result<Node::List> RestClient::list(std::string_view path, std::string_view member, Query query,
                                    std::size_t limit) const {
  Node::List all;
  query.emplace_back("limit", "");
  const auto limit_at = query.size() - 1;
  while (all.size() < limit) {
    query[limit_at].second = std::to_string(std::min(largest_page, limit - all.size()));
    const auto page = get(path, query);
    if (!page) return page.error();
    const auto* entry = page->find(member);
    const auto* items = entry == nullptr ? nullptr : entry->as<Node::List>();
    if (items == nullptr)
      return unavailable(url_ + " is no Bellwether server: its answer has no list '" +
                         std::string(member) + "'");
    all.insert(all.end(), items->begin(), items->end());
    const auto cursor = text_at(*page, "next_cursor");
    if (cursor.empty() || items->empty()) break;
    query.resize(limit_at + 1);
    query.emplace_back("cursor", cursor);
  }
  return all;
}

Result<Node> RestClient::exchange(std::string method, std::string_view path,
                                  const Query& query) const {
  net::HttpRequest request;
  request.method = std::move(method);
  request.url = url_ + "/api/v1" + std::string(path);
  request.max_response_bytes = max_response_bytes;
  char separator = '?';
  for (const auto& [name, value] : query) {
    request.url += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  }
  request.headers["Accept"] = "application/json";
  if (!token_.empty()) request.headers["Authorization"] = "Bearer " + token_;

  const auto response = transport_(request);
  if (!response) return while_doing("asking " + url_, response.error());
  if (response->status < 200 || response->status > 299) return error_of(*response);
  if (response->body.empty()) return Node();
  auto answer = document::parse_json(response->body);
  if (!answer) return unavailable(url_ + " is no Bellwether server: its answer is not JSON");
  return std::move(*answer);
}

}  // namespace bellwether::cli
