#pragma once

#include <string_view>

namespace bellwether::ingest {

/// Takes the next JSON row off the front of `text`: an object, or where none begins or it does not
/// end, the rest of its line. Blanks and line breaks between rows are passed over, and not needed:
/// `{"a":1}{"a":2}` are two rows. Empty when there is no more.
///
/// A line break always ends a row, so that one broken row costs one line.
///
/// Cost     each byte is looked at once.
std::string_view take_row(std::string_view& text);

}  // namespace bellwether::ingest
