#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "bellwether/api/api_settings.hpp"

#include "answer_queue.hpp"
#include "connections.hpp"
#include "http_service.hpp"
#include "tls_context.hpp"

namespace bellwether::api {

/// What all sessions share. It belongs to the server's one thread.
struct SessionContext {
  Service& service;
  const ApiLimits& limits;
  AnswerQueue& answers;
  TlsContext* tls = nullptr;  ///< Null: plain HTTP.
  Connections& connections;
  bool is_stopping = false;
};

/// Serves one connection until either side has enough.
boost::asio::awaitable<void> run_session(boost::asio::ip::tcp::socket socket,
                                         SessionContext& context);

/// Tells a caller for whom there is no room, and hangs up.
boost::asio::awaitable<void> turn_away(boost::asio::ip::tcp::socket socket,
                                       SessionContext& context);

}  // namespace bellwether::api
