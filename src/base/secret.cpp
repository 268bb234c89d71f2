#include "bellwether/base/secret.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace bellwether {
namespace {

constexpr std::size_t max_secret_bytes = 64U << 10U;

Result<std::string> read_file(const std::string& where, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid_input(where + ": " + std::strerror(errno));
  std::string text(max_secret_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return invalid_input(where + " cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > max_secret_bytes)
    return invalid_input(where + " is longer than a secret can be (64 KiB)");
  return text;
}

Result<std::string> read_variable(const std::string& where, const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return invalid_input(where + " is not set");
  return std::string(value);
}

}  // namespace

Result<std::string> read_secret(std::string_view name, const std::string& file,
                                const std::string& variable) {
  const std::string where = std::string(name) + (file.empty() ? "_env '" : "_file '") +
                            (file.empty() ? variable : file) + "'";
  auto secret = file.empty() ? read_variable(where, variable) : read_file(where, file);
  if (!secret) return secret;
  while (secret->ends_with('\n') || secret->ends_with('\r')) secret->pop_back();
  if (secret->empty()) return invalid_input(where + " is empty");
  return secret;
}

}  // namespace bellwether
