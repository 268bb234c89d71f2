#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/memory_size.hpp"
#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::api {

/// What a caller may do; each role may do what the ones before it may.
enum class Role : std::uint8_t {
  viewer,  ///< Read everything.
  editor,  ///< Push rows; change detectors, alerts and silences; give feedback; redrive.
  admin,   ///< Delete detectors with all they have learnt.
  local,   ///< A program of this host, where there are no tokens: what an admin may, but for what
           ///< a source may name (`SourceAuthor::local`). No token has it.
};

std::string_view to_string(Role role);

/// Of those a token may have.
std::optional<Role> parse_role(std::string_view text);

/// Who may come in with `Authorization: Bearer <token>`. Only the token's hash is ever known.
struct ApiToken {
  std::string name;  ///< Shown as the author of what is done with it.
  Role role = Role::viewer;
  std::string sha256;  ///< Of the token, 64 hexadecimal digits.

  bool operator==(const ApiToken&) const = default;
};

struct TlsSettings {
  std::string certificate;  ///< Path of a PEM file: the certificate and its chain.
  std::string key;          ///< Path of a PEM file.

  bool operator==(const TlsSettings&) const = default;
};

/// Bounds on what one caller may cost.
struct ApiLimits {
  std::size_t header_bytes = 16U << 10U;
  std::size_t body_bytes = 32U << 20U;     ///< Of rows pushed at once, also when unpacked.
  std::size_t document_bytes = 1U << 20U;  ///< Of any other request's body.
  std::size_t rows = 1'000'000;            ///< Of one push.
  std::size_t connections = 1024;
  std::size_t connections_per_address = 256;          ///< Of one IPv6 network of 64 bits, too.
  Duration header_timeout{std::chrono::seconds(10)};  ///< To the end of a header.
  Duration body_timeout{std::chrono::seconds(60)};    ///< Of a body, and of an answer.
  Duration idle_timeout{std::chrono::seconds(60)};    ///< Of a kept-alive connection.
  double requests_per_second = 1000;                  ///< Per token, or per address without tokens.
  double burst = 2000;  ///< How many requests may come at once after a pause.

  bool operator==(const ApiLimits&) const = default;
};

/// The `server` section of the configuration.
struct ApiSettings {
  std::string listen =
      "127.0.0.1:8088";    ///< `address:port`, `[::1]:port`; port 0 takes a free one.
  std::string public_url;  ///< How others reach it, for links; empty: from `listen`.
  std::optional<TlsSettings> tls;
  bool insecure = false;         ///< Whether tokens may come over plain HTTP from other hosts.
  std::vector<ApiToken> tokens;  ///< None: everyone is `local`, which only loopback allows.
  ApiLimits limits;
  MemorySize memory{0, 25};  ///< For requests, answers, what sources read ahead, and deliveries.
  /// Folders below which detectors that are made over the API may read files; none: no file.
  std::vector<std::string> allow_paths{};
  std::size_t blocking_threads = 4;  ///< Threads that talk to the store on behalf of requests.

  /// How many detectors there may be, those of the configuration file included. Each costs memory,
  /// and the catalog is read as a whole whenever it changes.
  std::size_t max_detectors = 1000;

  /// When the process is told to end: after so long it does, whatever still hangs.
  Duration shutdown_timeout = std::chrono::seconds(30);

  bool operator==(const ApiSettings&) const = default;
};

/// What `settings.memory` is on this machine; never less than `least_memory_bytes`.
std::size_t memory_bytes(const ApiSettings& settings);

/// Less would not hold two of the largest bodies beside their unpacked rows.
inline constexpr std::size_t least_memory_bytes = 64U << 20U;

/// Every problem: an address that is none, listening off loopback without tokens, a hash that is
/// none, a name that stands twice, a limit of zero.
Problems validate(const ApiSettings& settings);

/// An address to listen at, taken apart.
struct ListenAddress {
  std::string host;
  std::uint16_t port = 0;
  bool is_loopback = false;
};

/// Empty when it is no `address:port` with a numeric address (or `localhost`).
std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace bellwether::api
