#include "memory_budget.hpp"

#include <algorithm>

namespace bellwether::pipeline {
namespace {

/// The part of the budget that is kept for those who hold little: one in so many.
constexpr std::size_t part_kept = 4;

}  // namespace

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
  return share_locked();
}

std::size_t MemoryBudget::room_for_series(const std::string& detector) const {
  const std::lock_guard lock(mutex_);
  const std::size_t held = held_locked();
  const auto found = held_.find(detector);
  const std::size_t own = found == held_.end() ? 0 : found->second;
  const std::size_t own_part = bytes_ / part_kept / count_locked();
  if (held >= bytes_ || own >= own_part) return share_locked();
  return std::max(share_locked(), std::min(own_part - own, bytes_ - held));
}

std::size_t MemoryBudget::share_locked() const {
  const std::size_t held = held_locked();
  const std::size_t for_all = bytes_ - bytes_ / part_kept;
  return held >= for_all ? 0 : (for_all - held) / count_locked();
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
