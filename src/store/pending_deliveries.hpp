#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/base/time.hpp"

namespace bellwether::store {

/// The outbox family as it is in memory: which deliveries are pending and when each is due, so that
/// asking costs nothing while nothing is due.
///
/// Threads  any.
class PendingDeliveries {
 public:
  void add(TimePoint due, const std::string& id);
  void remove(TimePoint due, const std::string& id);

  /// Ids due at `now`, longest due first.
  std::vector<std::string> due(TimePoint now, std::size_t limit) const;
  std::optional<TimePoint> next_due() const;
  std::size_t count() const;

 private:
  mutable std::mutex mutex_;
  std::set<std::pair<TimePoint, std::string>> by_time_;
};

}  // namespace bellwether::store
