#pragma once

#include <cstddef>
#include <set>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>

#include "bellwether/api/api_settings.hpp"
#include "bellwether/base/byte_budget.hpp"

#include "http_service.hpp"

namespace bellwether::api {

/// A connection as the server sees it: to wake it when it waits for nothing, to end it when it
/// must.
struct Connection {
  boost::asio::ip::tcp::socket socket;
  bool is_idle = false;  ///< Between two requests.
};

/// What all sessions share. It belongs to the server's one thread.
struct SessionContext {
  Service& service;
  const ApiLimits& limits;
  boost::asio::thread_pool& blocking;
  boost::asio::ssl::context* tls = nullptr;  ///< Null: plain HTTP.
  ByteBudget& memory;
  std::set<Connection*> connections{};
  bool is_stopping = false;
};

/// Serves one connection until either side has enough.
boost::asio::awaitable<void> run_session(boost::asio::ip::tcp::socket socket,
                                         SessionContext& context);

/// Tells a caller for whom there is no room, and hangs up.
boost::asio::awaitable<void> turn_away(boost::asio::ip::tcp::socket socket,
                                       SessionContext& context);

}  // namespace bellwether::api
