#include "read_secret.hpp"

#include "bellwether/base/secret.hpp"

namespace bellwether::sinks {

Result<std::string> read_secret(const SecretSource& source, std::string_view name) {
  return bellwether::read_secret(name, source.file, source.environment_variable);
}

}  // namespace bellwether::sinks
