#include "request_target.hpp"

#include <algorithm>
#include <optional>

namespace bellwether::api {
namespace {

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

Result<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += plus_is_blank && text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low)
      return invalid_input("a '%' in the URL must be followed by two hexadecimal digits");
    decoded += static_cast<char>(*high << 4U | *low);
    i += 2;
  }
  return decoded;
}

/// The part of `rest` up to `separator`, which is taken off.
std::string_view next_part(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

Result<void> parse_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    std::string_view value = next_part(query, '&');
    if (value.empty()) continue;
    auto name = decode(next_part(value, '='), true);
    if (!name) return name.error();
    auto decoded = decode(value, true);
    if (!decoded) return decoded.error();
    target.query.emplace_back(std::move(*name), std::move(*decoded));
  }
  return ok();
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  // A proxy may send the whole URL; then the host is of no interest here.
  if (const auto scheme = target.find("://");
      scheme != std::string_view::npos && scheme < target.find_first_of("/?")) {
    const auto path = target.find('/', scheme + 3);
    target = path == std::string_view::npos ? std::string_view("/") : target.substr(path);
  }
  if (!target.starts_with('/')) return invalid_input("the request's path must begin with '/'");
  std::string_view query = target.substr(1);
  const std::string_view path = next_part(query, '?');
  Target parsed;
  for (std::size_t begin = 0; begin <= path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    auto segment = decode(path.substr(begin, end - begin), false);
    if (!segment) return segment.error();
    parsed.segments.push_back(std::move(*segment));
    begin = end + 1;
  }
  if (auto read = parse_query(query, parsed); !read) return read.error();
  return parsed;
}

}  // namespace bellwether::api
