#include "bellwether/net/private_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace bellwether::net {
namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

template <std::size_t size>
struct Network {
  std::array<std::uint8_t, size> prefix;
  unsigned bits;
  std::string_view kind;

  bool contains(const std::array<std::uint8_t, size>& address) const {
    for (unsigned bit = 0; bit < bits; bit += 8) {
      const unsigned left = std::min(8U, bits - bit);
      const auto mask = static_cast<std::uint8_t>(0xff00U >> left);
      if (((prefix[bit / 8] ^ address[bit / 8]) & mask) != 0) return false;
    }
    return true;
  }
};

/// IANA's registry of special-purpose addresses (RFC 6890), as far as it is not reachable
/// everywhere.
constexpr std::array<Network<4>, 14> networks4{{
    {{0, 0, 0, 0}, 8, "unspecified"},
    {{10, 0, 0, 0}, 8, "private"},
    {{100, 64, 0, 0}, 10, "shared by a carrier"},
    {{127, 0, 0, 0}, 8, "loopback"},
    {{169, 254, 0, 0}, 16, "link-local"},
    {{172, 16, 0, 0}, 12, "private"},
    {{192, 0, 0, 0}, 24, "reserved"},
    {{192, 0, 2, 0}, 24, "reserved"},
    {{192, 168, 0, 0}, 16, "private"},
    {{198, 18, 0, 0}, 15, "reserved"},
    {{198, 51, 100, 0}, 24, "reserved"},
    {{203, 0, 113, 0}, 24, "reserved"},
    {{224, 0, 0, 0}, 4, "multicast"},
    {{240, 0, 0, 0}, 4, "reserved"},
}};

constexpr std::array<Network<16>, 9> networks6{{
    {{}, 128, "unspecified"},
    {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128, "loopback"},
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, "reserved"},  // NAT64 of one's own network.
    {{0x01}, 8, "reserved"},                                 // Discard-only and unassigned.
    {{0x20, 0x01, 0x0d, 0xb8}, 32, "reserved"},
    {{0xfc}, 7, "unique local"},
    {{0xfe, 0x80}, 10, "link-local"},
    {{0xfe, 0xc0}, 10, "site-local"},
    {{0xff}, 8, "multicast"},
}};

/// IPv6 addresses that stand for an IPv4 address, and where in them it is.
struct Carrier {
  Network<16> network;
  std::size_t offset;
  std::uint8_t inverted;  ///< 0xff where its bits are turned.
};

constexpr std::array<Carrier, 6> carriers{{
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96, "mapped"}, 12, 0},
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0}, 96, "translated"}, 12, 0},
    {{{0x00, 0x64, 0xff, 0x9b}, 96, "NAT64"}, 12, 0},
    {{{0x20, 0x02}, 16, "6to4"}, 2, 0},
    {{{0x20, 0x01, 0, 0}, 32, "Teredo"}, 12, 0xff},
    {{{}, 96, "compatible"}, 12, 0},
}};

template <std::size_t size, std::size_t count>
std::string_view kind_of(const std::array<std::uint8_t, size>& address,
                         const std::array<Network<size>, count>& networks) {
  for (const Network<size>& network : networks)
    if (network.contains(address)) return network.kind;
  return {};
}

std::string text_of(int family, const void* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return inet_ntop(family, bytes, text.data(), text.size()) == nullptr ? "?" : text.data();
}

std::optional<PrivateAddress> find_private4(const Bytes4& address) {
  const std::string_view kind = kind_of(address, networks4);
  if (kind.empty()) return std::nullopt;
  return PrivateAddress{text_of(AF_INET, address.data()), std::string(kind)};
}

std::optional<PrivateAddress> find_private6(const Bytes16& address) {
  const std::string text = text_of(AF_INET6, address.data());
  if (const auto kind = kind_of(address, networks6); !kind.empty())
    return PrivateAddress{text, std::string(kind)};
  for (const Carrier& carrier : carriers) {
    if (!carrier.network.contains(address)) continue;
    Bytes4 carried;
    for (std::size_t i = 0; i < carried.size(); ++i)
      carried[i] = address[carrier.offset + i] ^ carrier.inverted;
    if (const auto found = find_private4(carried))
      return PrivateAddress{
          text + " (" + std::string(carrier.network.kind) + " " + found->address + ")",
          found->kind};
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<PrivateAddress> find_private(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in inet{};
    std::memcpy(&inet, &address, sizeof inet);
    Bytes4 bytes;
    std::memcpy(bytes.data(), &inet.sin_addr, bytes.size());
    return find_private4(bytes);
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 inet{};
    std::memcpy(&inet, &address, sizeof inet);
    Bytes16 bytes;
    std::memcpy(bytes.data(), &inet.sin6_addr, bytes.size());
    return find_private6(bytes);
  }
  return PrivateAddress{"a socket of this host", "local"};
}

std::string describe_refusal(const PrivateAddress& found) {
  return "the address " + found.address + " is " + found.kind +
         ", and limits.allow_private_targets is false";
}

}  // namespace bellwether::net
