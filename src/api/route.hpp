#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/api/api_settings.hpp"

#include "caller_shares.hpp"
#include "http_message.hpp"

namespace bellwether::api {

/// Who is asking.
struct Caller {
  std::string name;
  Role role = Role::viewer;
  bool is_stranger = false;  ///< At an open route: we do not know who it is.
};

struct Route;

/// An admitted request on its way to its operation: known caller, known parameters, body unpacked.
struct Call {
  const Route& route;
  Caller caller;
  std::map<std::string, std::string> path;                 ///< `{name}` and its value.
  std::vector<std::pair<std::string, std::string>> query;  ///< Only names the route declares.
  Headers headers;
  std::string body;
  std::size_t body_limit = 0;  ///< Bytes; also of what the operation unpacks from the body.
  std::size_t max_rows = 0;    ///< Of a push.
  std::shared_ptr<CallerShare> memory{};  ///< What the caller may hold, this request included.
};

/// A parameter in the query or a header, as OpenAPI shows it and the gateway holds callers to it.
struct Parameter {
  enum class Type { text, time, number, count, choice };

  std::string name;
  Type type = Type::text;
  std::string description;
  std::vector<std::string> choices{};
  bool is_header = false;
  bool is_required =
      false;  ///< As clients are told; whoever handles the route refuses its absence.
};

/// What a request's body may be.
struct RequestBody {
  std::vector<std::string> content_types;
  std::string schema;    ///< Name of a component schema; empty: plain text in the type's format.
  bool is_rows = false;  ///< Large, and may be packed.
  std::string
      encoding{};  ///< The one `Content-Encoding` it comes in; empty: none, or gzip of rows.
};

struct Answer {
  int status = 200;
  std::string description;
  std::string schema{};  ///< Name of a component schema; empty: no JSON.
  std::string content_type = "application/json";
  bool has_revision = false;  ///< Carries an `ETag`.
};

/// How the callers of a route speak where their protocol is not ours.
struct Dialect {
  std::string token_header{};  ///< May carry the token in place of `Authorization`.
  std::string refusal_type;    ///< The content type of a refusal ...
  std::string refusal_schema;  ///< ... and the name of its component schema.
  /// Says a refusal in their words. Given the request's headers.
  std::function<Response(const Headers&, Response)> refuse;
};

/// One operation: where it is found, what it takes and gives, who may call it. The router, the
/// checks before an operation and the OpenAPI document are all made from this one table.
struct Route {
  std::string method;
  std::string path;  ///< `/api/v1/detectors/{name}`.
  std::string operation;
  std::string summary;
  std::string tag;
  std::optional<Role> role;  ///< Empty: anyone, without a token.
  std::vector<Parameter> parameters{};
  bool takes_dimensions = false;  ///< `dimension.NAME=VALUE` in the query.
  std::optional<RequestBody> body{};
  std::vector<Answer> answers{};
  std::vector<int> problems{};  ///< Statuses of its own beside those of the gateway.
  std::optional<Dialect> dialect{};
  bool is_immediate = false;  ///< Never blocks: answered at once, however much else waits.
  std::function<Response(const Call&)> handle;
};

using Routes = std::vector<Route>;

}  // namespace bellwether::api
