#include "bellwether/base/secret.hpp"

#include <cstdlib>

#include "bellwether/base/regular_file.hpp"

namespace bellwether {
namespace {

/// Longer than any key, token or certificate chain.
constexpr std::size_t max_secret_bytes = 64U << 10U;

Result<std::string> read_file(const std::string& where, const std::string& path) {
  auto text = read_regular_file(path, max_secret_bytes);
  if (!text) {
    Error error = text.error();
    const bool is_sentence = error.message.starts_with("is ");
    error.message.insert(0, where + (is_sentence ? " " : ": "));
    return error;
  }
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
