#pragma once

#include <string>

#include "bellwether/document/node.hpp"

namespace bellwether::config {

/// What a plain scalar means by the core schema of YAML 1.2: null, true, 12, 0x1f, 1.5e3, .inf, or
/// text. Numbers and booleans remember how they were written.
///
/// Source   YAML 1.2.2, section 10.3.2.
document::Node plain_scalar(const std::string& text);

}  // namespace bellwether::config
