#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "bellwether/store/outbox.hpp"

namespace bellwether::store {

/// What is known in memory of the outbox: how many deliveries are pending, and who wants to hear at
/// once of those that become so.
///
/// Threads  any; the follower is called by whoever wrote, one at a time.
class PendingDeliveries {
 public:
  void load(std::size_t count);

  /// After they were written.
  void add(std::vector<PendingDelivery> deliveries);
  void remove(std::size_t count);
  /// All there are, as read back from the database; the follower hears of all once more.
  void replace(std::vector<PendingDelivery> deliveries);
  std::size_t count() const;

  /// Replaces the follower; once this returns, the one before is called no more.
  void follow(OnPending on_pending);

 private:
  mutable std::mutex mutex_;
  std::size_t count_ = 0;
  OnPending on_pending_;
};

}  // namespace bellwether::store
