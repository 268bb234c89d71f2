#include "bellwether/pipeline/memory_settings.hpp"

#include <algorithm>

#include "bellwether/base/memory_size.hpp"

namespace bellwether::pipeline {
namespace {

constexpr std::uint64_t least_budget = 64ULL << 20U;

}  // namespace

Problems validate(const MemorySettings& settings) {
  if (settings.budget_bytes != 0 && settings.budget_bytes < least_budget)
    return {
        {"budget_bytes", "must be at least 67108864 (64 MiB), or 0 for three fifths of memory"}};
  return {};
}

std::uint64_t budget_on_this_machine(const MemorySettings& settings) {
  if (settings.budget_bytes != 0) return settings.budget_bytes;
  return std::max(least_budget, machine_memory_bytes() / 5 * 3);
}

}  // namespace bellwether::pipeline
