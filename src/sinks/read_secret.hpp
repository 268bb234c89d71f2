#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::sinks {

/// The secret itself, without line breaks at its end. `name` is what its keys begin with:
/// "routing_key" for `routing_key_file` and `routing_key_env`.
///
/// Errors   invalid_input: the file or variable cannot be read or is empty. No message ever holds
///          a part of the secret.
Result<std::string> read_secret(const SecretSource& source, std::string_view name = "secret");

}  // namespace bellwether::sinks
