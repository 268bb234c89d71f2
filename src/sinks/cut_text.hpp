#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bellwether::sinks {

/// How long a text is for receivers that count as JavaScript does: in UTF-16 code units.
std::size_t text_units(std::string_view text);

/// The text on one line and in at most `max_units` UTF-16 code units; where it is cut it ends with
/// three dots. Control and format characters are dealt with as in `printable_text`.
std::string cut_text(std::string_view text, std::size_t max_units);

}  // namespace bellwether::sinks
