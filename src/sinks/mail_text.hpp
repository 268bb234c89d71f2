#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"

namespace bellwether::sinks {

// Texts as mail wants them.

/// A header's text, which may be of any characters: as it is in ASCII, else in encoded words of at
/// most 75 characters, folded. It is made printable first, so that no text can begin another
/// header.
///
/// Source   RFC 2047.
std::string encode_header_text(std::string_view text);

/// A body in lines of at most 76 characters of ASCII that end with CR LF.
///
/// Source   RFC 2045, section 6.7.
std::string encode_quoted_printable(std::string_view text);

/// `Mon, 02 Mar 2026 15:00:03 +0000`
///
/// Source   RFC 5322, section 3.3.
std::string to_mail_date(TimePoint time);

}  // namespace bellwether::sinks
