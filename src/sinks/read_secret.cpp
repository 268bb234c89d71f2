#include "read_secret.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

namespace bellwether::sinks {
namespace {

constexpr std::size_t max_secret_bytes = 64U << 10U;

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid_input("secret_file '" + path + "': " + std::strerror(errno));
  std::string text(max_secret_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return invalid_input("secret_file '" + path + "' cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > max_secret_bytes)
    return invalid_input("secret_file '" + path + "' is longer than a secret can be (64 KiB)");
  return text;
}

Result<std::string> read_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return invalid_input("secret_env '" + name + "' is not set");
  return std::string(value);
}

}  // namespace

Result<std::string> read_secret(const SecretSource& source) {
  auto secret =
      source.file.empty() ? read_variable(source.environment_variable) : read_file(source.file);
  if (!secret) return secret;
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  if (secret->empty())
    return invalid_input(source.file.empty()
                             ? "secret_env '" + source.environment_variable + "' is empty"
                             : "secret_file '" + source.file + "' is empty");
  return secret;
}

}  // namespace bellwether::sinks
