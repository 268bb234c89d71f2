#include "bellwether/api/api_settings.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include <boost/asio/ip/address.hpp>

namespace bellwether::api {
namespace {

// Below, what could end well would be cut off; beyond, it is no bound.
constexpr Duration shortest_shutdown = std::chrono::seconds(1);
constexpr Duration longest_shutdown = std::chrono::hours(1);

void check_listen(const ApiSettings& settings, Problems& problems) {
  const auto address = parse_listen_address(settings.listen);
  if (!address) {
    problems.push_back(
        {"listen", "must be a numeric address and a port, such as 127.0.0.1:8088 or [::1]:8088"});
  } else if (!address->is_loopback && settings.tokens.empty()) {
    problems.push_back({"listen", "'" + settings.listen +
                                      "' can be reached by others, so auth.tokens must list who "
                                      "may come in; or listen at 127.0.0.1"});
  } else if (!address->is_loopback && !settings.tls && !settings.insecure) {
    problems.push_back(
        {"listen", "'" + settings.listen +
                       "' can be reached by others, and without tls anyone on the way can read and "
                       "use the tokens; give tls, or insecure: true where something in front of it "
                       "encrypts"});
  }
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

void check_tokens(const ApiSettings& settings, Problems& problems) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < settings.tokens.size(); ++i) {
    const ApiToken& token = settings.tokens[i];
    const std::string path = "auth.tokens[" + std::to_string(i) + "].";
    if (token.name.empty())
      problems.push_back({path + "name", "must say whose token it is"});
    else if (!names.insert(token.name).second)
      problems.push_back({path + "name", "'" + token.name + "' stands twice"});
    if (!is_sha256(token.sha256))
      problems.push_back(
          {path + "sha256",
           "must be 64 hexadecimal digits, as `printf %s TOKEN | sha256sum` prints"});
  }
}

void check_limits(const ApiSettings& settings, Problems& problems) {
  const ApiLimits& limits = settings.limits;
  const auto wants_more = [&](bool is_enough, const char* field, const char* message) {
    if (!is_enough) problems.push_back({std::string("limits.") + field, message});
  };
  wants_more(limits.header_bytes >= 1024, "header_bytes", "must be at least 1024");
  wants_more(limits.body_bytes >= 1, "body_bytes", "must be at least 1");
  wants_more(limits.document_bytes >= 1, "document_bytes", "must be at least 1");
  wants_more(std::max(limits.body_bytes, limits.document_bytes) <= memory_bytes(settings) / 2,
             limits.body_bytes >= limits.document_bytes ? "body_bytes" : "document_bytes",
             "must not be more than half of server.memory");
  wants_more(limits.rows >= 1, "rows", "must be at least 1");
  wants_more(limits.connections >= 1, "connections", "must be at least 1");
  wants_more(limits.connections_per_address >= 1, "connections_per_address", "must be at least 1");
  wants_more(limits.header_timeout > Duration(0), "header_timeout", "must be longer than zero");
  wants_more(limits.body_timeout > Duration(0), "body_timeout", "must be longer than zero");
  wants_more(limits.idle_timeout > Duration(0), "idle_timeout", "must be longer than zero");
  wants_more(limits.requests_per_second > 0, "requests_per_second", "must be more than zero");
  wants_more(limits.burst >= 1, "burst", "must be at least 1");
}

bool is_plain_folder(const std::string& text) {
  const std::filesystem::path path(text);
  return path.is_absolute() &&
         std::ranges::none_of(path, [](const auto& part) { return part == "." || part == ".."; });
}

}  // namespace

std::string_view to_string(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::editor:
      return "editor";
    case Role::admin:
      return "admin";
    case Role::local:
      return "local";
  }
  return "viewer";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : {Role::viewer, Role::editor, Role::admin})
    if (to_string(role) == text) return role;
  return std::nullopt;
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  ListenAddress address;
  const auto [end, failure] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), address.port);
  if (failure != std::errc{} || end != port_text.data() + port_text.size()) return std::nullopt;

  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  boost::system::error_code error;
  const auto parsed = boost::asio::ip::make_address(std::string(host), error);
  if (error || parsed.is_v6() != has_brackets) return std::nullopt;
  address.host = parsed.to_string();
  address.is_loopback = parsed.is_loopback();
  return address;
}

std::size_t memory_bytes(const ApiSettings& settings) {
  return std::max<std::size_t>(bytes_of(settings.memory), least_memory_bytes);
}

Problems validate(const ApiSettings& settings) {
  Problems problems;
  check_listen(settings, problems);
  check_tokens(settings, problems);
  if (!settings.public_url.empty() && !settings.public_url.starts_with("http://") &&
      !settings.public_url.starts_with("https://"))
    problems.push_back({"public_url", "must begin with http:// or https://"});
  if (settings.tls && settings.tls->certificate.empty())
    problems.push_back({"tls.certificate", "must name a PEM file"});
  if (settings.tls && settings.tls->key.empty())
    problems.push_back({"tls.key", "must name a PEM file"});
  if (settings.memory.percent == 0 && settings.memory.bytes < least_memory_bytes)
    problems.push_back({"memory", "must be at least 64MiB"});
  check_limits(settings, problems);
  if (settings.max_detectors < 1) problems.push_back({"max_detectors", "must be at least 1"});
  if (settings.shutdown_timeout < shortest_shutdown || settings.shutdown_timeout > longest_shutdown)
    problems.push_back({"shutdown_timeout", "must be from 1s to 1h"});
  for (std::size_t i = 0; i < settings.allow_paths.size(); ++i)
    if (!is_plain_folder(settings.allow_paths[i]))
      problems.push_back({"allow_paths[" + std::to_string(i) + "]",
                          "must be the absolute path of a folder, without . and .. as parts"});
  if (settings.blocking_threads < 1) problems.push_back({"blocking_threads", "must be at least 1"});
  return problems;
}

}  // namespace bellwether::api
