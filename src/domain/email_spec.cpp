#include "bellwether/domain/email_spec.hpp"

#include <algorithm>

#include "enum_names.hpp"

namespace bellwether {
namespace {

constexpr EnumNames<MailSecurity, 3> security_names{{{MailSecurity::starttls, "starttls"},
                                                     {MailSecurity::tls, "tls"},
                                                     {MailSecurity::none, "none"}}};

constexpr std::string_view address_form = "must be an address, such as ops@example.com";

/// Enough to keep commands of the protocol out; whether mail arrives is for the server to say.
bool is_mail_address(std::string_view text) {
  const auto at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c != '<' && c != '>'; });
}

}  // namespace

std::string_view to_string(MailSecurity security) { return name_in(security_names, security); }
std::optional<MailSecurity> parse_mail_security(std::string_view text) {
  return value_in(security_names, text);
}

Problems validate(const EmailSpec& email) {
  Problems problems;
  if (email.server.empty() || email.server.find_first_of("/@ \r\n") != std::string::npos)
    problems.push_back({"email.server", "must be host or host:port", 0, 0});
  if (!is_mail_address(email.from))
    problems.push_back({"email.from", std::string(address_form), 0, 0});
  if (email.to.empty()) problems.push_back({"email.to", "must list at least one address", 0, 0});
  for (std::size_t i = 0; i < email.to.size(); ++i)
    if (!is_mail_address(email.to[i]))
      problems.push_back({"email.to[" + std::to_string(i) + "]", std::string(address_form), 0, 0});
  if (email.password.is_set() && email.username.empty())
    problems.push_back({"email.username", "is missing beside the password", 0, 0});
  if (!email.password.is_set() && !email.username.empty())
    problems.push_back(
        {"email.password_file", "is missing; give password_file or password_env", 0, 0});
  if (email.password.is_set() && email.security == MailSecurity::none)
    problems.push_back(
        {"email.security", "must be starttls or tls: a password would go in the clear", 0, 0});
  if (email.timeout <= Duration(0))
    problems.push_back({"email.timeout", "must be longer than zero", 0, 0});
  return problems;
}

}  // namespace bellwether
