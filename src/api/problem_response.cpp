#include "problem_response.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/document/json.hpp"

#include "text.hpp"

namespace bellwether::api {
namespace {

using document::Node;

constexpr std::chrono::seconds overload_pause{1};
constexpr std::size_t max_problems_told = 100;

constexpr std::array<std::pair<int, const char*>, 16> titles{{{400, "Bad Request"},
                                                              {401, "Unauthorized"},
                                                              {403, "Forbidden"},
                                                              {404, "Not Found"},
                                                              {405, "Method Not Allowed"},
                                                              {408, "Request Timeout"},
                                                              {409, "Conflict"},
                                                              {411, "Length Required"},
                                                              {412, "Precondition Failed"},
                                                              {413, "Content Too Large"},
                                                              {415, "Unsupported Media Type"},
                                                              {429, "Too Many Requests"},
                                                              {431, "Header Fields Too Large"},
                                                              {500, "Internal Server Error"},
                                                              {501, "Not Implemented"},
                                                              {503, "Service Unavailable"}}};

/// A name that programs can go by: `urn:bellwether:problem:not-found`.
std::string type_of(const std::string& title) {
  std::string type = "urn:bellwether:problem:";
  for (const char c : in_lower_case(title)) type += c == ' ' ? '-' : c;
  return type;
}

}  // namespace

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
      return 400;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::already_exists:
      return 409;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::overloaded:
      return 429;
    case ErrorCode::unavailable:
    case ErrorCode::cancelled:
      return 503;
    case ErrorCode::corrupt:
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

std::string title_of(int status) {
  const auto* found = std::ranges::find(titles, status, &std::pair<int, const char*>::first);
  return found != titles.end() ? found->second : "Error";
}

Response problem_response(int status, const std::string& detail, const Problems& problems) {
  const std::string title = title_of(status);
  Node document;
  document.set("type", type_of(title));
  document.set("title", title);
  document.set("status", status);
  document.set("detail", detail);
  if (!problems.empty()) {
    Node::List errors;
    for (const Problem& problem : problems) {
      if (errors.size() == max_problems_told) break;
      errors.push_back(Node().set("field", problem.field).set("message", problem.message));
    }
    document.set("errors", std::move(errors));
  }
  Response response{status, problem_content_type, document::to_json(document), {}, detail};
  if (status == 429 || status == 503)
    response.headers["retry-after"] = std::to_string(overload_pause.count());
  return response;
}

Response problem_response(const Error& error, const Problems& problems) {
  const int status = status_of(error.code);
  if (status != 500) return problem_response(status, error.message, problems);
  log_error("api", error.message);
  return problem_response(status, error.code == ErrorCode::corrupt
                                      ? "stored bytes do not decode; the server's log says which"
                                      : "the server failed; its log says why");
}

Response too_many_requests(const std::string& detail, std::chrono::milliseconds retry_after) {
  Response response = problem_response(429, detail);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(retry_after);
  response.headers["retry-after"] = std::to_string(std::max<std::int64_t>(seconds.count(), 1));
  return response;
}

}  // namespace bellwether::api
