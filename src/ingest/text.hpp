#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bellwether::ingest {

/// A value as a message may show it: quoted, cut short, without anything unprintable.
std::string shown(std::string_view text);

/// Without blanks and tabs at either end.
std::string_view trimmed(std::string_view text);

/// A finite decimal number, with blanks around it at most. Neither `inf` nor hexadecimal.
std::optional<double> parse_number(std::string_view text);

/// Whether a measure's text says that there is no value: empty, `null` or `NaN`.
bool says_no_value(std::string_view text);

bool is_utf8(std::string_view text);

}  // namespace bellwether::ingest
