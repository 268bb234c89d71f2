#include "connections.hpp"

#include <algorithm>

namespace bellwether::api {

namespace asio = boost::asio;
using asio::ip::address;

bool Connections::make_room(const address& holder) {
  std::size_t all = 0;
  std::size_t of_holder = 0;
  for (const Connection* connection : all_) {
    if (connection->is_leaving) continue;
    ++all;
    if (connection->holder == holder) ++of_holder;
  }
  if (of_holder >= limits_.connections_per_address) return give_way(&holder);
  const std::size_t kept =
      holder.is_loopback() ? 0 : std::min(kept_for_loopback, limits_.connections / 2);
  if (all + kept >= limits_.connections) return give_way(nullptr);
  return true;
}

bool Connections::give_way(const address* holder) {
  Connection* oldest = nullptr;
  for (Connection* connection : all_) {
    if (connection->is_leaving || !connection->may_give_way) continue;
    if (holder != nullptr && connection->holder != *holder) continue;
    if (oldest == nullptr || connection->waits_since < oldest->waits_since) oldest = connection;
  }
  if (oldest == nullptr) return false;
  oldest->is_leaving = true;
  boost::system::error_code ignored;
  oldest->socket.close(ignored);
  return true;
}

void Connections::wake_idle() {
  boost::system::error_code ignored;
  for (Connection* connection : all_)
    if (connection->is_idle) connection->socket.cancel(ignored);
}

void Connections::close_all() {
  boost::system::error_code ignored;
  for (Connection* connection : all_) connection->socket.close(ignored);
}

address holder_of(const address& caller) {
  if (!caller.is_v6() || caller.is_loopback()) return caller;
  const asio::ip::address_v6 v6 = caller.to_v6();
  if (v6.is_v4_mapped()) return asio::ip::make_address_v4(asio::ip::v4_mapped, v6);
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + bytes.size() / 2, bytes.end(), 0);
  return asio::ip::address_v6(bytes);
}

}  // namespace bellwether::api
