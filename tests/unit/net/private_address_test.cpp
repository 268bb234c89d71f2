#include "bellwether/net/private_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include <gtest/gtest.h>

namespace bellwether::net {
namespace {

/// What kind a written address is; empty: public.
std::string kind_of(const std::string& text) {
  sockaddr_storage storage{};
  if (sockaddr_in four{}; inet_pton(AF_INET, text.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    std::memcpy(&storage, &four, sizeof four);
  } else {
    sockaddr_in6 six{};
    EXPECT_EQ(inet_pton(AF_INET6, text.c_str(), &six.sin6_addr), 1) << text;
    six.sin6_family = AF_INET6;
    std::memcpy(&storage, &six, sizeof six);
  }
  const auto found = find_private(reinterpret_cast<const sockaddr&>(storage));
  return found ? found->kind : "";
}

struct Case {
  const char* address;
  const char* kind;
};

TEST(PrivateAddress, KnowsEveryKind) {
  for (const auto& [address, kind] : std::initializer_list<Case>{
           {"0.0.0.0", "unspecified"},
           {"0.255.255.255", "unspecified"},
           {"9.255.255.255", ""},
           {"10.0.0.0", "private"},
           {"10.255.255.255", "private"},
           {"11.0.0.0", ""},
           {"100.63.255.255", ""},
           {"100.64.0.0", "shared by a carrier"},
           {"100.127.255.255", "shared by a carrier"},
           {"100.128.0.0", ""},
           {"126.255.255.255", ""},
           {"127.0.0.1", "loopback"},
           {"127.255.255.255", "loopback"},
           {"128.0.0.0", ""},
           {"169.253.255.255", ""},
           {"169.254.169.254", "link-local"},
           {"169.255.0.0", ""},
           {"172.15.255.255", ""},
           {"172.16.0.0", "private"},
           {"172.31.255.255", "private"},
           {"172.32.0.0", ""},
           {"192.0.0.8", "reserved"},
           {"192.0.1.0", ""},
           {"192.167.255.255", ""},
           {"192.168.0.1", "private"},
           {"192.169.0.0", ""},
           {"198.18.0.1", "reserved"},
           {"198.20.0.0", ""},
           {"203.0.113.9", "reserved"},
           {"223.255.255.255", ""},
           {"224.0.0.1", "multicast"},
           {"239.255.255.255", "multicast"},
           {"240.0.0.1", "reserved"},
           {"255.255.255.255", "reserved"},
           {"8.8.8.8", ""},
           {"::", "unspecified"},
           {"::1", "loopback"},
           {"::2", "unspecified"},  // As 0.0.0.2.
           {"fc00::1", "unique local"},
           {"fdff:ffff::1", "unique local"},
           {"fe00::1", ""},
           {"fe80::1", "link-local"},
           {"febf::1", "link-local"},
           {"fec0::1", "site-local"},
           {"ff02::1", "multicast"},
           {"100::1", "reserved"},
           {"2001:db8::1", "reserved"},
           {"2606:4700:4700::1111", ""},
           {"fb00::1", ""},
           {"::ffff:127.0.0.1", "loopback"},
           {"::ffff:10.1.2.3", "private"},
           {"::ffff:8.8.8.8", ""},
           {"::ffff:0:169.254.169.254", "link-local"},
           {"::ffff:0:8.8.8.8", ""},
           {"::127.0.0.1", "loopback"},
           {"::8.8.8.8", ""},
           {"64:ff9b::a9fe:a9fe", "link-local"},  // 169.254.169.254 behind NAT64.
           {"64:ff9b::808:808", ""},
           {"64:ff9b:1::1", "reserved"},
           {"2002:7f00:1::", "loopback"},  // 127.0.0.1 behind 6to4.
           {"2002:808:808::1", ""},
           {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "reserved"},  // 192.0.2.45 behind Teredo.
           {"2001:0:4136:e378:8000:63bf:f7f7:f7f7", ""},          // 8.8.8.8
           {"2001:1::1", ""},
       })
    EXPECT_EQ(kind_of(address), kind) << address;
}

TEST(PrivateAddress, IsNeverPublicInAnotherFamily) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  EXPECT_TRUE(find_private(reinterpret_cast<const sockaddr&>(address)));
}

TEST(PrivateAddress, IsToldWithTheSetting) {
  EXPECT_EQ(describe_refusal({"10.0.0.1", "private"}),
            "the address 10.0.0.1 is private, and limits.allow_private_targets is false");
}

}  // namespace
}  // namespace bellwether::net
