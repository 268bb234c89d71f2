#pragma once

#include <string>
#include <string_view>

namespace bellwether::document {

/// A text as it stands between tags, or in the quotes of an attribute, of HTML and XML.
std::string escape_markup(std::string_view text);

}  // namespace bellwether::document
