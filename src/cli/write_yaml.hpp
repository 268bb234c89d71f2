#pragma once

#include <string>

#include "bellwether/document/node.hpp"

namespace bellwether::cli {

/// The document as block-style YAML 1.2: what a person would write, and what reads back the same.
std::string to_yaml(const document::Node& node);

}  // namespace bellwether::cli
