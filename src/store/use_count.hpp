#pragma once

#include <atomic>
#include <chrono>
#include <utility>

namespace bellwether::store {

/// Counts who uses something that now and then must be closed and opened again. Nobody waits to
/// enter: whoever comes while it is closed is turned away, so that one who holds it already and
/// enters once more cannot keep it from being closed.
///
/// Threads  any; one at a time closes and opens.
class UseCount {
 public:
  bool enter();
  void leave() { --users_; }

  /// Lets nobody in any more, and waits until all have left. False when they did not in time; it is
  /// open again then.
  bool close(std::chrono::milliseconds patience);
  void open() { is_closed_ = false; }

 private:
  std::atomic<int> users_ = 0;
  std::atomic<bool> is_closed_ = false;
};

/// One use, from its making to its end.
class Use {
 public:
  explicit Use(UseCount& count) : count_(count.enter() ? &count : nullptr) {}
  Use(Use&& other) noexcept : count_(std::exchange(other.count_, nullptr)) {}
  ~Use() {
    if (count_ != nullptr) count_->leave();
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Use& operator=(Use&&) = delete;

  /// False when it was closed.
  explicit operator bool() const { return count_ != nullptr; }

 private:
  UseCount* count_;
};

}  // namespace bellwether::store
