#include "memory_budget.hpp"

#include <algorithm>

namespace bellwether::pipeline {

void MemoryBudget::note(const std::string& detector, std::size_t held_bytes) {
  const std::lock_guard lock(mutex_);
  held_[detector] = held_bytes;
}

void MemoryBudget::forget(const std::string& detector) {
  const std::lock_guard lock(mutex_);
  held_.erase(detector);
}

std::size_t MemoryBudget::share_of_rest() const {
  const std::lock_guard lock(mutex_);
  const std::size_t held = held_locked();
  if (held >= bytes_) return 0;
  return (bytes_ - held) / std::max<std::size_t>(held_.size(), 1);
}

std::size_t MemoryBudget::held_bytes() const {
  const std::lock_guard lock(mutex_);
  return held_locked();
}

std::size_t MemoryBudget::held_locked() const {
  std::size_t sum = 0;
  for (const auto& [detector, bytes] : held_) sum += bytes;
  return sum;
}

}  // namespace bellwether::pipeline
