#include "pending_deliveries.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::store {

void PendingDeliveries::load(std::size_t count) {
  const std::lock_guard lock(mutex_);
  count_ = count;
}

void PendingDeliveries::add(std::vector<PendingDelivery> deliveries) {
  if (deliveries.empty()) return;
  const std::lock_guard lock(mutex_);
  count_ += deliveries.size();
  if (on_pending_) on_pending_(std::move(deliveries));
}

void PendingDeliveries::replace(std::vector<PendingDelivery> deliveries) {
  const std::lock_guard lock(mutex_);
  count_ = deliveries.size();
  if (on_pending_ && !deliveries.empty()) on_pending_(std::move(deliveries));
}

void PendingDeliveries::remove(std::size_t count) {
  const std::lock_guard lock(mutex_);
  count_ -= std::min(count, count_);
}

std::size_t PendingDeliveries::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

void PendingDeliveries::follow(OnPending on_pending) {
  const std::lock_guard lock(mutex_);
  on_pending_ = std::move(on_pending);
}

}  // namespace bellwether::store
