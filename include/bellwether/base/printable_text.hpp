#pragma once

#include <string>
#include <string_view>

namespace bellwether {

/// A text from outside as people may be shown it, on one line: in a log, a table, a message. It can
/// neither move a terminal's cursor, nor begin a line of its own, nor be read in another order than
/// it is written.
///
/// Control characters (C0, DEL, C1) and the line and paragraph separators become a blank. Format
/// characters without a shape of their own (bidirectional marks, embeddings, overrides and
/// isolates, zero-width characters, the byte order mark, tags, ...) are left out. Bytes that are no
/// UTF-8 become U+FFFD.
///
/// What programs read (JSON, labels) keeps the true value and does not go through here.
///
/// Source   Unicode 15, categories Cc, Cf, Zl and Zp.
std::string printable_text(std::string_view text);

/// The same for a text of several lines, which `\n` divides: a text of ours that quotes others.
std::string printable_lines(std::string_view text);

}  // namespace bellwether
