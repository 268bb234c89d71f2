#include "request_checks.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <set>
#include <string_view>

#include "bellwether/base/time.hpp"

#include "problem_response.hpp"
#include "text.hpp"

namespace bellwether::api {
namespace {

constexpr std::string_view dimension_prefix = "dimension.";

template <class Number>
bool reads_whole(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  return failure == std::errc{} && stop == end;
}

/// What is wrong with a value, in words; empty when it is of its type.
std::string fault_of(const Parameter& parameter, const std::string& value) {
  double number = 0;
  std::uint64_t count = 0;
  switch (parameter.type) {
    case Parameter::Type::text:
      return value.empty() ? "must not be empty" : "";
    case Parameter::Type::time:
      return parse_rfc3339(value) ? "" : "must be a time, such as 2026-03-20T08:00:00Z";
    case Parameter::Type::number:
      return reads_whole(value, number) && std::isfinite(number) ? "" : "must be a number";
    case Parameter::Type::count:
      return reads_whole(value, count) ? "" : "must be a whole number, zero or more";
    case Parameter::Type::choice:
      return std::ranges::find(parameter.choices, value) != parameter.choices.end()
                 ? ""
                 : "must be one of " + joined(parameter.choices);
  }
  return "";
}

std::string names_of_query(const Route& route) {
  std::vector<std::string> names;
  for (const Parameter& parameter : route.parameters)
    if (!parameter.is_header) names.push_back(parameter.name);
  if (route.takes_dimensions) names.emplace_back("dimension.NAME");
  return names.empty() ? "there are none" : "known are " + joined(names);
}

/// What is wrong with one query parameter, in words.
std::string fault_of(const Route& route, const std::string& name, const std::string& value) {
  if (route.takes_dimensions && name.starts_with(dimension_prefix))
    return name.size() == dimension_prefix.size() || value.empty()
               ? "must be dimension.NAME=VALUE, both not empty"
               : "";
  const auto known = std::ranges::find_if(route.parameters, [&](const Parameter& parameter) {
    return !parameter.is_header && parameter.name == name;
  });
  if (known == route.parameters.end())
    return "is not a parameter of this request; " + names_of_query(route);
  return fault_of(*known, value);
}

bool may_come_as(const RequestBody& body, const std::string& encoding) {
  if (!body.encoding.empty()) return encoding == body.encoding;
  return encoding.empty() || (body.is_rows && encoding == "gzip");
}

std::string encodings_of(const RequestBody& body) {
  if (!body.encoding.empty()) return body.encoding;
  return body.is_rows ? "gzip or none" : "none";
}

}  // namespace

std::optional<Response> check_query(const Route& route,
                                    const std::vector<std::pair<std::string, std::string>>& query) {
  Problems problems;
  std::set<std::string> seen;
  for (const auto& [name, value] : query) {
    std::string fault = fault_of(route, name, value);
    if (fault.empty() && !seen.insert(name).second) fault = "stands twice";
    if (!fault.empty()) problems.push_back({name, std::move(fault)});
  }
  if (problems.empty()) return std::nullopt;
  return problem_response(400, "the query is not valid", problems);
}

std::optional<Response> check_body(const Route& route, const RequestHead& head, std::size_t limit) {
  const bool has_body = head.has_body && head.content_length != 0U;
  if (!route.body) {
    if (!has_body) return std::nullopt;
    return problem_response(400, "this request takes no body");
  }
  const std::string type = media_type(header_of(head.headers, "content-type"));
  if (std::ranges::find(route.body->content_types, type) == route.body->content_types.end()) {
    auto response = problem_response(
        415, (type.empty() ? "say by Content-Type what the body is: "
                           : "'" + type.substr(0, 80) + "' is not understood here: send ") +
                 joined(route.body->content_types));
    response.headers["accept-post"] = joined(route.body->content_types);
    return response;
  }
  const std::string encoding = content_encoding(head.headers);
  if (!may_come_as(*route.body, encoding))
    return problem_response(415, "Content-Encoding '" + encoding.substr(0, 80) +
                                     "' is not understood here: send " + encodings_of(*route.body));
  if (head.content_length && *head.content_length > limit)
    return problem_response(413, "the body may have " + std::to_string(limit) + " bytes, not " +
                                     std::to_string(*head.content_length));
  return std::nullopt;
}

std::string media_type(const std::string& content_type) {
  std::string type = in_lower_case(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  return type;
}

std::string content_encoding(const Headers& headers) {
  std::string encoding = in_lower_case(header_of(headers, "content-encoding"));
  if (encoding == "identity") return "";
  if (encoding == "x-gzip") return "gzip";
  return encoding;
}

}  // namespace bellwether::api
