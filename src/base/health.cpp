#include "bellwether/base/health.hpp"

#include <algorithm>
#include <utility>

namespace bellwether {

void Health::report(const std::string& part, bool ready, std::string detail) {
  const std::lock_guard lock(mutex_);
  parts_[part] = {ready, std::move(detail), true};
}

void Health::report_detail(const std::string& part, bool ready, std::string detail) {
  const std::lock_guard lock(mutex_);
  parts_[part] = {ready, std::move(detail), false};
}

void Health::forget(const std::string& part) {
  const std::lock_guard lock(mutex_);
  parts_.erase(part);
}

std::map<std::string, Health::Part> Health::parts() const {
  const std::lock_guard lock(mutex_);
  return parts_;
}

bool Health::is_ready() const {
  const std::lock_guard lock(mutex_);
  return std::ranges::all_of(
      parts_, [](const auto& entry) { return entry.second.ready || !entry.second.is_essential; });
}

}  // namespace bellwether
