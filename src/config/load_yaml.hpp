#pragma once

#include <string_view>

#include "bellwether/base/problem.hpp"
#include "bellwether/document/node.hpp"

namespace bellwether::config {

/// Reads one YAML document into a tree with the place of every value. Plain scalars get their type
/// by the core schema of YAML 1.2 (so `NO` and `on` are texts), quoted ones are texts. Anchors,
/// aliases and `<<` work, within bounds.
///
/// Notes in `problems` duplicate keys, unknown tags, a second document, nesting deeper than 64,
/// aliases that blow up, bytes that are no UTF-8, and whatever breaks the grammar, where reading
/// ends.
document::Node load_yaml(std::string_view text, Problems& problems);

}  // namespace bellwether::config
