#pragma once

#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether::sinks {

/// The secret itself, without line breaks at its end.
///
/// Errors   invalid_input: the file or variable cannot be read or is empty. No message ever holds
///          a part of the secret.
Result<std::string> read_secret(const SecretSource& source);

}  // namespace bellwether::sinks
