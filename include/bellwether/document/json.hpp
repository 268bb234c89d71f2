#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/document/node.hpp"

namespace bellwether::document {

/// Reads one JSON value (RFC 8259). Nesting deeper than 64 and duplicate keys are refused.
///
/// Errors   invalid_input: "line 3, column 7: ...".
Result<Node> parse_json(std::string_view text);

/// One line without spaces. Doubles are written with the fewest digits that read back the same,
/// whole ones with `.0`; NaN and infinities, which JSON lacks, become null. Bytes that are no UTF-8
/// are replaced.
std::string to_json(const Node& node);

/// The same over several lines, for people.
std::string to_pretty_json(const Node& node);

}  // namespace bellwether::document
