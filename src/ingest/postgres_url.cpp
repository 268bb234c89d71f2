#include "postgres_url.hpp"

#include <algorithm>
#include <optional>

namespace bellwether::ingest {
namespace {

std::optional<unsigned> hexadecimal(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto high = text[i] == '%' && i + 2 < text.size() ? hexadecimal(text[i + 1])
                                                            : std::optional<unsigned>();
    const auto low = high ? hexadecimal(text[i + 2]) : std::optional<unsigned>();
    if (low) {
      plain += static_cast<char>(*high * 16 + *low);
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// Whether `host:port,host:port` has numbers for ports.
bool has_good_ports(std::string_view hosts) {
  while (!hosts.empty()) {
    const std::size_t comma = std::min(hosts.find(','), hosts.size());
    std::string_view host = hosts.substr(0, comma);
    hosts.remove_prefix(std::min(comma + 1, hosts.size()));
    const std::size_t bracket = host.rfind(']');  // Of an IPv6 address.
    const std::size_t colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon == std::string_view::npos) continue;
    const std::string_view port = host.substr(colon + 1);
    if (port.size() > 5 || !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }))
      return false;
  }
  return true;
}

void replace_all(std::string& text, const std::string& secret) {
  if (secret.size() < 3) return;  // It would tear words apart, and is no secret.
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += 3)
    text.replace(at, secret.size(), "***");
}

}  // namespace

Result<PostgresUrl> PostgresUrl::parse(std::string_view text) {
  PostgresUrl url;
  url.text_ = text;
  const std::size_t scheme = text.find("://");
  const std::string_view name = text.substr(0, std::min(scheme, text.size()));
  if (scheme == std::string_view::npos || (name != "postgresql" && name != "postgres"))
    return invalid_input(
        "the URL must have the form postgresql://user:password@host:5432/database");
  std::string_view rest = text.substr(scheme + 3);
  rest = rest.substr(0, std::min(rest.find('?'), rest.size()));
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view hosts = rest.substr(0, slash);
  const std::string_view database = rest.substr(slash);
  const std::size_t at = hosts.rfind('@');
  if (at != std::string_view::npos) {
    const std::string_view user = hosts.substr(0, at);
    const std::size_t colon = user.find(':');
    if (colon != std::string_view::npos) url.password_ = user.substr(colon + 1);
    hosts.remove_prefix(at + 1);
  }
  if (database.find('@') != std::string_view::npos || !has_good_ports(hosts) ||
      url.password_.find('@') != std::string::npos)
    return invalid_input(
        "the URL's host is not understood; in user and password write %40 for @, %2F for /, "
        "%3F for ?, %23 for #, %3A for : and %25 for %");
  url.decoded_password_ = decoded(url.password_);
  url.shown_ = std::string(hosts) + decoded(database);
  return url;
}

std::string PostgresUrl::with_defaults() const {
  const std::string defaults =
      "?fallback_application_name=bellwether&connect_timeout=10&keepalives_idle=30"
      "&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=60000";
  // Of a key given twice the later one counts, so the URL's own stand last.
  const std::size_t question = text_.find('?');
  if (question == std::string::npos) return text_ + defaults;
  return text_.substr(0, question) + defaults + "&" + text_.substr(question + 1);
}

std::string PostgresUrl::without_secrets(std::string message) const {
  replace_all(message, text_);
  replace_all(message, password_);
  replace_all(message, decoded_password_);
  return message;
}

}  // namespace bellwether::ingest
