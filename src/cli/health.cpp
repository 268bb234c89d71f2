#include <chrono>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/printable_text.hpp"
#include "bellwether/config/load_settings.hpp"

#include "commands.hpp"
#include "exit_code.hpp"

namespace bellwether::cli {
namespace {

/// Supervisors ask every few seconds, and `/healthz` is answered at once.
constexpr Duration patience{std::chrono::seconds(3)};

/// Where a server with these settings is reached from its own host.
Result<std::string> own_url(const api::ApiSettings& server) {
  const auto address = api::parse_listen_address(server.listen);
  if (!address) return invalid_input("server.listen '" + server.listen + "' is no address");
  if (address->port == 0)
    return invalid_input("server.listen '" + server.listen +
                         "' takes any free port, so nobody knows where to ask; give one");
  std::string host = address->host;
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return (server.tls ? "https://" : "http://") + host + ":" + std::to_string(address->port) +
         "/healthz";
}

Result<std::string> ask(const api::ApiSettings& server, const Transport& transport) {
  const auto url = own_url(server);
  if (!url) return url.error();
  net::HttpRequest request{.url = *url, .timeout = patience, .is_own_server = true};
  if (server.tls) request.ca_file = server.tls->certificate;
  const auto answer = transport(request);
  if (!answer) return while_doing("asking " + *url, answer.error());
  if (answer->status != 200)
    return unavailable("asking " + *url + ": it answered " + std::to_string(answer->status));
  return *url;
}

}  // namespace

int health(const std::string& config, const Transport& transport, const Console& console) {
  const auto loaded = config::load_settings(config);
  for (const auto& problem : loaded.problems)
    console.error << config::to_line(problem, config) << '\n';
  if (!loaded.problems.empty()) return exit_mistake;
  const auto asked = ask(loaded.settings.server, transport);
  if (asked) {
    console.out << *asked << ": ok\n";
    return exit_ok;
  }
  console.error << "bellwether: " << printable_lines(asked.error().message) << '\n';
  return exit_mistake;  // Docker knows no other code for a server that is not well.
}

}  // namespace bellwether::cli
