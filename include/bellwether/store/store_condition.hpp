#pragma once

#include <functional>
#include <string>

namespace bellwether::store {

/// Whether a store takes what is to be written.
struct StoreCondition {
  bool is_ready = true;
  std::string detail;  ///< Why not, and what would mend it.

  bool operator==(const StoreCondition&) const = default;
};

/// Called with the condition when it changes.
using OnCondition = std::function<void(const StoreCondition&)>;

}  // namespace bellwether::store
