#include "pending_deliveries.hpp"

namespace bellwether::store {

void PendingDeliveries::add(TimePoint due, const std::string& id) {
  const std::lock_guard lock(mutex_);
  by_time_.emplace(due, id);
}

void PendingDeliveries::remove(TimePoint due, const std::string& id) {
  const std::lock_guard lock(mutex_);
  by_time_.erase({due, id});
}

std::vector<std::string> PendingDeliveries::due(TimePoint now, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [time, id] : by_time_) {
    if (time > now || ids.size() == limit) break;
    ids.push_back(id);
  }
  return ids;
}

std::optional<TimePoint> PendingDeliveries::next_due() const {
  const std::lock_guard lock(mutex_);
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

std::size_t PendingDeliveries::count() const {
  const std::lock_guard lock(mutex_);
  return by_time_.size();
}

}  // namespace bellwether::store
