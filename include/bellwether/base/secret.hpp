#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"

namespace bellwether {

/// Reads a secret from where settings say that it lies: from `file` or, where that is empty, from
/// the environment `variable`; line breaks at its end are left out. `name` is what the keys of the
/// settings begin with: "url" for `url_file` and `url_env`.
///
/// Errors   invalid_input: the file or variable cannot be read or is empty. No message ever holds
///          a part of the secret.
Result<std::string> read_secret(std::string_view name, const std::string& file,
                                const std::string& variable);

}  // namespace bellwether
