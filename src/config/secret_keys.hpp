#pragma once

#include <string>

#include "bellwether/document/section.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::config {

/// Reads `<name>_file` and `<name>_env`, and refuses the secret itself.
SecretSource read_secret(document::Section& section, const std::string& name);

}  // namespace bellwether::config
