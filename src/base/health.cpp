#include "bellwether/base/health.hpp"

#include <utility>

namespace bellwether {

void Health::report(const std::string& part, bool ready, std::string detail) {
  const std::lock_guard lock(mutex_);
  parts_[part] = {ready, std::move(detail)};
}

void Health::forget(const std::string& part) {
  const std::lock_guard lock(mutex_);
  parts_.erase(part);
}

std::map<std::string, Health::Part> Health::parts() const {
  const std::lock_guard lock(mutex_);
  return parts_;
}

}  // namespace bellwether
