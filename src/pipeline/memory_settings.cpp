#include "bellwether/pipeline/memory_settings.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace bellwether::pipeline {
namespace {

constexpr std::uint64_t least_budget = 64ULL << 20U;

std::uint64_t machine_bytes() {
  const auto pages = sysconf(_SC_PHYS_PAGES);
  const auto page_bytes = sysconf(_SC_PAGESIZE);
  auto bytes = static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  // Reads no number where there is no limit, and nothing where there are no groups.
  std::uint64_t limit = 0;
  if (std::ifstream("/sys/fs/cgroup/memory.max") >> limit) bytes = std::min(bytes, limit);
  return bytes;
}

}  // namespace

Problems validate(const MemorySettings& settings) {
  if (settings.budget_bytes != 0 && settings.budget_bytes < least_budget)
    return {
        {"budget_bytes", "must be at least 67108864 (64 MiB), or 0 for three fifths of memory"}};
  return {};
}

std::uint64_t budget_on_this_machine(const MemorySettings& settings) {
  if (settings.budget_bytes != 0) return settings.budget_bytes;
  return std::max(least_budget, machine_bytes() / 5 * 3);
}

}  // namespace bellwether::pipeline
