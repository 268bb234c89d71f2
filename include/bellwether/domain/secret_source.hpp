#pragma once

#include <string>

namespace bellwether {

/// Where a secret is read from when it is needed. Never the secret itself: specs are shown, stored
/// and logged.
struct SecretSource {
  std::string file;                  ///< `secret_file`
  std::string environment_variable;  ///< `secret_env`

  bool is_set() const { return !file.empty() || !environment_variable.empty(); }
  bool operator==(const SecretSource&) const = default;
};

}  // namespace bellwether
