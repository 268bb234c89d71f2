#pragma once

#include <map>
#include <string>
#include <string_view>

#include "bellwether/document/section.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::document {

/// Reads a map of secrets by name, each with `file` or `env`.
void read_secret_map(Section& section, std::string_view key,
                     std::map<std::string, SecretSource>& secrets);

/// Writes nothing for an empty map.
void write_secret_map(Node& node, std::string_view key,
                      const std::map<std::string, SecretSource>& secrets);

}  // namespace bellwether::document
