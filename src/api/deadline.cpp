#include "deadline.hpp"

#include <cstdint>

namespace bellwether::api {

struct Deadline::State {
  boost::asio::ip::tcp::socket& socket;
  std::uint64_t generation = 0;  ///< Rises with every `set`; a handler of an older one is void.
  bool has_passed = false;
};

Deadline::Deadline(boost::asio::ip::tcp::socket& socket)
    : timer_(socket.get_executor()), state_(std::make_shared<State>(State{socket})) {}

Deadline::~Deadline() { ++state_->generation; }

void Deadline::set(Duration duration) {
  const std::uint64_t generation = ++state_->generation;
  state_->has_passed = false;
  timer_.expires_after(duration);
  timer_.async_wait([state = state_, generation](const boost::system::error_code& error) {
    if (error || generation != state->generation) return;
    state->has_passed = true;
    boost::system::error_code ignored;
    state->socket.cancel(ignored);
  });
}

bool Deadline::has_passed() const { return state_->has_passed; }

}  // namespace bellwether::api
