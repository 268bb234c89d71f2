#include "public_sockets.hpp"

#include <sys/socket.h>

namespace bellwether::net {
namespace {

/// Looks at the address that is really used, so that no answer of a name server gets past it.
curl_socket_t open_public_socket(void* target, curlsocktype, curl_sockaddr* address) {
  auto& refused = *static_cast<std::optional<PrivateAddress>*>(target);
  refused = find_private(address->addr);
  if (refused) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

void refuse_private_targets(CURL* handle, std::optional<PrivateAddress>& refused) {
  // A proxy would choose the address in our place.
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open_public_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, &refused);
}

}  // namespace bellwether::net
