#include "yaml_scalar.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

namespace bellwether::config {
namespace {

using document::Node;

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (text == word) return true;
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view skip_digits(std::string_view text) {
  while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
  return text;
}

bool take_sign(std::string_view& text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  return is_negative;
}

/// A number with nothing behind it; nothing when it is none or too large for the type.
template <class T, class... Base>
std::optional<T> whole(std::string_view digits, Base... base) {
  T value{};
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, value, base...);
  if (read.ec != std::errc() || read.ptr != end || digits.empty()) return std::nullopt;
  return value;
}

std::optional<Node> unsigned_number(std::string_view text) {
  const auto prefixed = [&](int base) -> std::optional<Node> {
    if (const auto value = whole<std::uint64_t>(text.substr(2), base)) return Node(*value);
    return std::nullopt;
  };
  if (text.starts_with("0x")) return prefixed(16);
  if (text.starts_with("0o")) return prefixed(8);
  return std::nullopt;
}

std::optional<Node> decimal_number(std::string_view text) {
  std::string_view digits = text;
  const bool is_negative = take_sign(digits);
  if (digits.empty() || !skip_digits(digits).empty()) return std::nullopt;
  if (is_negative) {
    if (const auto value = whole<std::int64_t>(text)) return Node(*value);
  } else if (const auto value = whole<std::uint64_t>(digits)) {
    return Node(*value);
  }
  return std::nullopt;
}

/// [-+]? ( "." digits | digits ( "." digits* )? ) ( [eE] [-+]? digits )?
bool is_float(std::string_view text) {
  take_sign(text);
  const std::size_t before = text.size();
  text = skip_digits(text);
  const bool has_whole = text.size() < before;
  bool has_fraction = false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::size_t rest = text.size();
    text = skip_digits(text);
    has_fraction = text.size() < rest;
  }
  if (!has_whole && !has_fraction) return false;
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  take_sign(text);
  return !text.empty() && skip_digits(text).empty();
}

std::optional<Node> float_number(std::string_view text) {
  const double infinity = std::numeric_limits<double>::infinity();
  std::string_view word = text;
  const bool is_negative = take_sign(word);
  if (is_one_of(word, {".inf", ".Inf", ".INF"})) return Node(is_negative ? -infinity : infinity);
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return Node(std::nan(""));
  if (!is_float(text)) return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(word.data(), word.data() + word.size(), value);
  // Out of range is too large or too small; what the text says is then no finite number.
  if (read.ec != std::errc()) value = infinity;
  return Node(is_negative ? -value : value);
}

}  // namespace

Node plain_scalar(const std::string& text) {
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return {};
  std::optional<Node> node;
  if (is_one_of(text, {"true", "True", "TRUE"})) node = Node(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) node = Node(false);
  if (!node) node = unsigned_number(text);
  if (!node) node = decimal_number(text);
  if (!node) node = float_number(text);
  if (!node) return {text};
  node->spelling = text;
  return *node;
}

}  // namespace bellwether::config
