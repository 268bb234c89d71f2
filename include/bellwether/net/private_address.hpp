#pragma once

#include <optional>
#include <string>

struct sockaddr;

namespace bellwether::net {

/// An address that only means something on this host or in its own network.
struct PrivateAddress {
  std::string address;  ///< As people write it.
  std::string kind;     ///< "loopback", "link-local", ...
};

/// What an address of a connection is, if requests that outsiders may aim must not go there:
/// loopback, private (RFC 1918), link-local (with the metadata services of clouds), shared
/// (100.64.0.0/10), unique local, unspecified, multicast, reserved; also where an IPv6 address
/// carries such an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo). None: a public one.
/// Families other than IPv4 and IPv6 are never public.
std::optional<PrivateAddress> find_private(const sockaddr& address);

/// The refusal to connect there, with the setting that forbids it.
std::string describe_refusal(const PrivateAddress& found);

}  // namespace bellwether::net
