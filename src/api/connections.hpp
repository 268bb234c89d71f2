#pragma once

#include <chrono>
#include <cstddef>
#include <set>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "bellwether/api/api_settings.hpp"

namespace bellwether::api {

/// A connection as the server sees it: to wake it when it waits for nothing, to end it when it
/// must.
struct Connection {
  boost::asio::ip::tcp::socket socket;
  boost::asio::ip::address holder{};                    ///< Who it counts for; see `holder_of`.
  bool is_idle = false;                                 ///< Between two requests.
  bool may_give_way = true;                             ///< No request of it is being answered.
  std::chrono::steady_clock::time_point waits_since{};  ///< Since when it may give way.
  bool is_leaving = false;  ///< It was told to give way and has not ended yet.
};

/// All open connections, and who has to leave when there are too many.
///
/// Threads  the server's own.
/// Cost     each question walks through all connections, at most some thousand.
class Connections {
 public:
  /// So many are kept for callers on this host, health checks above all; at most half of all.
  static constexpr std::size_t kept_for_loopback = 8;

  explicit Connections(const ApiLimits& limits) : limits_(limits) {}

  void insert(Connection& connection) { all_.insert(&connection); }
  void erase(Connection& connection) { all_.erase(&connection); }

  /// Whether one more connection of `holder` may be served. Where the bound of one address or of
  /// all is reached, the connection that has waited longest for a request gives way.
  bool make_room(const boost::asio::ip::address& holder);

  void wake_idle();
  void close_all();

 private:
  bool give_way(const boost::asio::ip::address* holder);

  const ApiLimits& limits_;
  std::set<Connection*> all_;
};

/// Whom an address stands for: itself, or of IPv6 its network of 64 bits, which one caller has
/// whole.
boost::asio::ip::address holder_of(const boost::asio::ip::address& address);

}  // namespace bellwether::api
