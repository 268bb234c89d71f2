#include "use_count.hpp"

#include <thread>

namespace bellwether::store {
namespace {

constexpr std::chrono::milliseconds look_every{2};

}  // namespace

bool UseCount::enter() {
  ++users_;  // Before the look at `is_closed_`, as `close` does it the other way round.
  if (!is_closed_) return true;
  --users_;
  return false;
}

bool UseCount::close(std::chrono::milliseconds patience) {
  is_closed_ = true;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (users_ != 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      is_closed_ = false;
      return false;
    }
    std::this_thread::sleep_for(look_every);
  }
  return true;
}

}  // namespace bellwether::store
