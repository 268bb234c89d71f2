#include "bellwether/base/printable_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "bellwether/base/utf8.hpp"

namespace bellwether {
namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";

/// First and last of each run of format characters that leave no trace where they stand. The Arabic
/// and Kaithi number signs are of the same category, but are seen.
constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 13> invisible{{
    {0x00AD, 0x00AD},    // Soft hyphen.
    {0x061C, 0x061C},    // Arabic letter mark.
    {0x180E, 0x180E},    // Mongolian vowel separator.
    {0x200B, 0x200F},    // Zero-width space, joiners, left-to-right and right-to-left marks.
    {0x202A, 0x202E},    // Bidirectional embeddings and overrides.
    {0x2060, 0x206F},    // Word joiner, invisible operators, isolates, deprecated ones.
    {0xFEFF, 0xFEFF},    // Byte order mark.
    {0xFFF9, 0xFFFB},    // Interlinear annotations.
    {0x13430, 0x1343F},  // Egyptian hieroglyph format controls.
    {0x1BCA0, 0x1BCA3},  // Shorthand format controls.
    {0x1D173, 0x1D17A},  // Musical beams, ties, slurs and phrases.
    {0xE0001, 0xE0001},  // Language tag.
    {0xE0020, 0xE007F},  // Tags.
}};

/// The number of a well-formed character.
std::uint32_t code_point(std::string_view character) {
  const auto first = static_cast<std::uint8_t>(character.front());
  if (character.size() == 1) return first;
  std::uint32_t code = first & (0xFFU >> (character.size() + 1));
  for (const char c : character.substr(1)) code = code << 6U | (static_cast<std::uint8_t>(c) & 63U);
  return code;
}

bool is_control(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029;
}

bool is_invisible(std::uint32_t code) {
  return std::ranges::any_of(
      invisible, [code](const auto& run) { return code >= run.first && code <= run.second; });
}

std::string printable(std::string_view text, bool keeps_lines) {
  std::string shown;
  shown.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_character_length(text);
    const std::string_view character = text.substr(0, std::max<std::size_t>(length, 1));
    text.remove_prefix(character.size());
    if (length == 0) {
      shown += replacement;
      continue;
    }
    const std::uint32_t code = code_point(character);
    if (is_control(code)) {
      shown += keeps_lines && code == '\n' ? '\n' : ' ';
    } else if (code < 0xAD || !is_invisible(code)) {
      shown += character;
    }
  }
  return shown;
}

}  // namespace

std::string printable_text(std::string_view text) { return printable(text, false); }

std::string printable_lines(std::string_view text) { return printable(text, true); }

}  // namespace bellwether
