#pragma once

#include <cstddef>
#include <string_view>

namespace bellwether {

/// How many bytes at the front of `text` form one well-formed UTF-8 character; 0 where they form
/// none (or `text` is empty).
///
/// Source   RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF.
std::size_t utf8_character_length(std::string_view text);

/// Where the first byte stands that belongs to no character; the length of `text` if there is none.
std::size_t find_broken_utf8(std::string_view text);

}  // namespace bellwether
