#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace bellwether::api {

/// A connection that sends whatever bytes it is told to.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1")
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    sockaddr_in own{};
    own.sin_family = AF_INET;
    ::inet_pton(AF_INET, from, &own.sin_addr);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&own), sizeof own);
    ::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(const std::string& bytes) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const auto count = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  void finish_sending() { ::shutdown(socket_, SHUT_WR); }

  /// One response: its header and as much body as Content-Length says.
  std::string response() {
    while (received_.find("\r\n\r\n") == std::string::npos)
      if (!receive()) return take(received_.size());
    const std::size_t head = received_.find("\r\n\r\n") + 4;
    const std::size_t field = received_.find("Content-Length: ");
    const std::size_t length =
        field < head ? std::stoul(received_.substr(field + 16, 20)) : std::size_t{0};
    while (received_.size() < head + length)
      if (!receive()) break;
    return take(std::min(received_.size(), head + length));
  }

  /// Everything until the server hangs up.
  std::string rest() {
    while (receive()) {
    }
    return take(received_.size());
  }

 private:
  bool receive() {
    char piece[4096];
    const auto count = ::recv(socket_, piece, sizeof piece, 0);
    if (count <= 0) return false;
    received_.append(piece, static_cast<std::size_t>(count));
    return true;
  }

  std::string take(std::size_t count) {
    std::string taken = received_.substr(0, count);
    received_.erase(0, count);
    return taken;
  }

  int socket_;
  std::string received_;
};

}  // namespace bellwether::api
