#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/secret_source.hpp"

namespace bellwether {

/// How a connection to a mail server is kept private.
enum class MailSecurity : std::uint8_t {
  starttls,  ///< Begins in the clear, must change to TLS before anything is said.
  tls,       ///< TLS from the first byte.
  none,      ///< For servers on the same host.
};

std::string_view to_string(MailSecurity security);
std::optional<MailSecurity> parse_mail_security(std::string_view text);

/// Mail by SMTP, text and HTML.
struct EmailSpec {
  std::string server;  ///< `host` or `host:port`.
  MailSecurity security = MailSecurity::starttls;
  std::string from;
  std::vector<std::string> to;
  std::string username;
  SecretSource password;
  std::string ca_file;
  Duration timeout{std::chrono::seconds(30)};

  bool operator==(const EmailSpec&) const = default;
};

Problems validate(const EmailSpec& email);

}  // namespace bellwether
