#include "bellwether/store/store_settings.hpp"

namespace bellwether::store {

Problems validate(const StoreSettings& settings) {
  Problems problems;
  if (settings.path.empty())
    problems.push_back({"path", "must name a directory, such as ./data", 0, 0});
  if (settings.retention < std::chrono::days(1))
    problems.push_back({"retention", "must be at least 1d", 0, 0});
  constexpr std::uint64_t least_inbox_bytes = std::uint64_t{1} << 20U;
  if (settings.inbox_bytes < least_inbox_bytes)
    problems.push_back({"inbox_bytes", "must be at least 1048576 (1 MiB)", 0, 0});
  return problems;
}

}  // namespace bellwether::store
