#pragma once

#include <string>
#include <string_view>

#include "bellwether/document/node.hpp"

namespace bellwether::document {

/// `alerts[2]` and `filters.measures[0]` in one; either may be empty.
std::string join_path(const std::string& path, std::string_view field);

/// Whether `path` leads to something inside of what `above` names.
bool is_below(std::string_view path, std::string_view above);

/// Where in the text stands what `path` names, or, when it is missing, the nearest thing around it.
Node::Mark mark_at(const Node& node, std::string_view path);

}  // namespace bellwether::document
