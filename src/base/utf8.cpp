#include "bellwether/base/utf8.hpp"

#include <cstdint>

namespace bellwether {
namespace {

bool is_between(char c, unsigned low, unsigned high) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte >= low && byte <= high;
}

/// Whether `count` continuation bytes follow the first; the second lies in a range of its own.
bool continues(std::string_view text, std::size_t count, unsigned low, unsigned high) {
  if (text.size() <= count || !is_between(text[1], low, high)) return false;
  for (std::size_t i = 2; i <= count; ++i)
    if (!is_between(text[i], 0x80, 0xbf)) return false;
  return true;
}

}  // namespace

std::size_t utf8_character_length(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(text.front());
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(text, 1, 0x80, 0xbf) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const unsigned low = first == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = first == 0xed ? 0x9f : 0xbf;
    return continues(text, 2, low, high) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const unsigned low = first == 0xf0 ? 0x90 : 0x80;
    const unsigned high = first == 0xf4 ? 0x8f : 0xbf;
    return continues(text, 3, low, high) ? 4 : 0;
  }
  return 0;
}

std::size_t find_broken_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_character_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return at;
}

}  // namespace bellwether
