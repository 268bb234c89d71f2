#include "bellwether/net/aws_keys.hpp"

#include <cstdlib>
#include <sstream>
#include <string_view>
#include <utility>

#include "bellwether/base/regular_file.hpp"
#include "bellwether/base/secret.hpp"

namespace bellwether::net {
namespace {

/// Room for some thousands of profiles.
constexpr std::size_t max_credentials_bytes = 1U << 20U;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// Fills `keys` from the section of `profile`; whether there is one.
bool read_profile(std::istream& file, const std::string& profile, AwsKeys& keys) {
  bool is_found = false;
  bool is_inside = false;
  std::string line;
  while (std::getline(file, line)) {
    const std::string_view text = trimmed(line);
    if (text.starts_with('#') || text.starts_with(';')) continue;
    if (text.starts_with('[')) {
      is_inside = trimmed(text.substr(1, text.find(']') - 1)) == profile;
      is_found |= is_inside;
      continue;
    }
    const std::size_t equals = text.find('=');
    if (!is_inside || equals == std::string_view::npos) continue;
    const std::string_view name = trimmed(text.substr(0, equals));
    const std::string_view value = trimmed(text.substr(equals + 1));
    if (name == "aws_access_key_id") keys.access_key_id = value;
    if (name == "aws_secret_access_key") keys.secret = value;
    if (name == "aws_session_token") keys.session_token = value;
  }
  return is_found;
}

Result<std::string> secret_in(const std::string& name, const SecretSource& source) {
  if (!source.is_set()) return std::string();
  return read_secret(name, source.file, source.environment_variable);
}

Result<AwsKeys> read_keys(const AwsCredentials& credentials) {
  const auto secret = secret_in("secret", credentials.secret);
  if (!secret) return while_doing("reading credentials", secret.error());
  const auto token = secret_in("session_token", credentials.session_token);
  if (!token) return while_doing("reading credentials", token.error());
  return AwsKeys{credentials.access_key_id, *secret, *token};
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
  };
}

Result<AwsKeys> find_aws_keys(const Environment& environment) {
  const auto id = environment("AWS_ACCESS_KEY_ID");
  const auto secret = environment("AWS_SECRET_ACCESS_KEY");
  if (id.has_value() != secret.has_value())
    return invalid_input(id ? "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"
                            : "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not");
  if (id) return AwsKeys{*id, *secret, environment("AWS_SESSION_TOKEN").value_or("")};

  const auto named_file = environment("AWS_SHARED_CREDENTIALS_FILE");
  const auto named_profile = environment("AWS_PROFILE");
  const auto none = [] {
    return not_found("neither AWS_ACCESS_KEY_ID nor a shared credentials file is there");
  };
  const auto home = environment("HOME");
  if (!named_file && !home) return none();
  const std::string path = named_file ? *named_file : *home + "/.aws/credentials";
  const auto text = read_regular_file(path, max_credentials_bytes);
  if (!text && !named_file && !named_profile) return none();
  if (!text)
    return invalid_input("the credentials file '" + path +
                         "' cannot be read: " + text.error().message);
  std::istringstream file(*text);
  const std::string profile = named_profile.value_or("default");
  AwsKeys keys;
  if (!read_profile(file, profile, keys))
    return invalid_input("'" + path + "' has no profile [" + profile + "]");
  if (keys.access_key_id.empty() || keys.secret.empty())
    return invalid_input("profile [" + profile + "] of '" + path +
                         "' lacks aws_access_key_id or aws_secret_access_key");
  return keys;
}

AwsKeySource make_aws_key_source(const AwsCredentials& own, const AwsCredentials& shared,
                                 std::string cure) {
  const AwsCredentials& given = own.is_set() ? own : shared;
  if (given.is_set()) return [given] { return read_keys(given); };
  return [cure = std::move(cure)]() -> Result<AwsKeys> {
    auto keys = find_aws_keys(process_environment());
    if (keys || keys.error().code != ErrorCode::not_found) return keys;
    return invalid_input("there are no credentials: " + cure + "; " + keys.error().message);
  };
}

}  // namespace bellwether::net
