#include "native/call_values.hpp"

#include <algorithm>
#include <charconv>

#include "bellwether/document/json.hpp"

#include "problem_response.hpp"
#include "text.hpp"

namespace bellwether::api::native {
namespace {

constexpr std::size_t default_limit = 100;
constexpr std::uint64_t largest_limit = 1000;
constexpr std::string_view dimension_prefix = "dimension.";

std::string quoted(std::uint64_t revision) { return '"' + std::to_string(revision) + '"'; }

}  // namespace

std::optional<std::string> text_of(const Call& call, const std::string& name) {
  for (const auto& [key, value] : call.query)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<TimePoint> time_of(const Call& call, const std::string& name) {
  const auto text = text_of(call, name);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<double> number_of(const Call& call, const std::string& name) {
  const auto text = text_of(call, name);
  double number = 0;
  if (!text) return std::nullopt;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

std::map<std::string, std::string> dimensions_of(const Call& call) {
  std::map<std::string, std::string> dimensions;
  for (const auto& [key, value] : call.query)
    if (key.starts_with(dimension_prefix)) dimensions[key.substr(dimension_prefix.size())] = value;
  return dimensions;
}

std::size_t limit_of(const Call& call) {
  const auto text = text_of(call, "limit");
  if (!text) return default_limit;
  std::uint64_t limit = 0;
  std::from_chars(text->data(), text->data() + text->size(), limit);
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(limit, 1, largest_limit));
}

Result<std::optional<std::uint64_t>> revision_of(const Call& call) {
  const std::string tag = header_of(call.headers, "if-match");
  if (tag.empty() || tag == "*") return std::optional<std::uint64_t>();
  std::uint64_t revision = 0;
  const bool is_quoted = tag.size() > 2 && tag.front() == '"' && tag.back() == '"';
  const char* end = tag.data() + tag.size() - 1;
  const auto [stop, failure] = std::from_chars(tag.data() + 1, end, revision);
  if (!is_quoted || failure != std::errc{} || stop != end)
    return invalid_input("If-Match must be an ETag that this server gave, such as \"17\"");
  return std::optional(revision);
}

Result<document::Node> document_of(const Call& call) {
  auto node = document::parse_json(call.body);
  if (!node) return while_doing("the body is no JSON", node.error());
  if (node->as<document::Node::Map>() == nullptr)
    return invalid_input("the body must be a JSON object");
  return node;
}

Response json_response(int status, const document::Node& document) {
  return {status, "application/json", document::to_json(document)};
}

Response json_response(int status, const document::Node& document, std::uint64_t revision) {
  Response response = json_response(status, document);
  response.headers["etag"] = quoted(revision);
  return response;
}

Response revision_mismatch() {
  return problem_response(412, "it was changed since you read it; read it again");
}

Parameter limit_parameter() {
  return {"limit", Parameter::Type::count,
          "How many at most: 100 unless told, and never more than 1000."};
}

Parameter cursor_parameter() {
  return {"cursor", Parameter::Type::text, "`next_cursor` of the page before."};
}

}  // namespace bellwether::api::native
