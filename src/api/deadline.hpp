#pragma once

#include <memory>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "bellwether/base/time.hpp"

namespace bellwether::api {

/// Cancels what waits on a socket when a time is over, leaving it open so that the caller can still
/// be told.
///
/// Threads  those of the socket.
class Deadline {
 public:
  explicit Deadline(boost::asio::ip::tcp::socket& socket);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// Counts anew from now.
  void set(Duration duration);

  /// Whether it cancelled something since it was set.
  bool has_passed() const;

 private:
  struct State;
  boost::asio::steady_timer timer_;
  std::shared_ptr<State> state_;  ///< Shared with handlers that were queued when we went.
};

}  // namespace bellwether::api
