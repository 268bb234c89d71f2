#pragma once

#include <string>
#include <string_view>

namespace bellwether {

/// Everything but `A-Z a-z 0-9 - . _ ~` as %XX, in capitals; with `keep_slashes` not the slash.
///
/// Source   RFC 3986, section 2.3.
std::string percent_encode(std::string_view text, bool keep_slashes = false);

/// Each %XX as its byte; a percent sign that no two hexadecimal digits follow stays as it is.
std::string percent_decode(std::string_view text);

}  // namespace bellwether
