#pragma once

#include <string>
#include <string_view>

#include "bellwether/document/node.hpp"

namespace bellwether::cli {

/// The value at a path such as `status.state`; null where there is none.
const document::Node& at(const document::Node& node, std::string_view path);

/// What stands there, as it would in a table: text without quotes, lists joined by a comma, and
/// nothing for null.
std::string text_at(const document::Node& node, std::string_view path);

/// A number with one decimal; nothing where there is none.
std::string decimal_at(const document::Node& node, std::string_view path);

}  // namespace bellwether::cli
