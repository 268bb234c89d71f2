#include "bellwether/base/memory_size.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <utility>

namespace bellwether {
namespace {

constexpr std::array<std::pair<std::string_view, std::uint64_t>, 4> units{
    {{"", 1}, {"KiB", 1ULL << 10U}, {"MiB", 1ULL << 20U}, {"GiB", 1ULL << 30U}}};

/// The limit in a control group's file; the largest number where there is none.
std::uint64_t limit_in(const std::filesystem::path& file) {
  std::uint64_t limit = 0;
  // A group without a limit says "max", which is no number.
  if (std::ifstream(file) >> limit) return limit;
  return std::numeric_limits<std::uint64_t>::max();
}

/// The least limit of this process' control group and those around it.
std::uint64_t control_group_limit() {
  const std::filesystem::path root = "/sys/fs/cgroup";
  // A container sees its own group as the root; version 1 keeps memory in a tree of its own.
  std::uint64_t limit =
      std::min(limit_in(root / "memory.max"), limit_in(root / "memory/memory.limit_in_bytes"));
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    constexpr std::string_view version_2 = "0::/";
    if (!line.starts_with(version_2)) continue;
    for (auto group = std::filesystem::path(line.substr(version_2.size())); !group.empty();
         group = group.parent_path())
      limit = std::min(limit, limit_in(root / group / "memory.max"));
  }
  return limit;
}

}  // namespace

std::optional<MemorySize> parse_memory_size(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end_of_text = text.data() + text.size();
  const auto [end, failure] = std::from_chars(text.data(), end_of_text, number);
  if (failure != std::errc{} || number == 0) return std::nullopt;
  const std::string_view unit(end, static_cast<std::size_t>(end_of_text - end));
  if (unit == "%") return number <= 100 ? std::optional(MemorySize{0, number}) : std::nullopt;
  const auto* known =
      std::ranges::find(units, unit, &std::pair<std::string_view, std::uint64_t>::first);
  if (known == units.end() || number > std::numeric_limits<std::uint64_t>::max() / known->second)
    return std::nullopt;
  return MemorySize{number * known->second, 0};
}

std::uint64_t machine_memory_bytes() {
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  const auto page_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return std::min(pages * page_bytes, control_group_limit());
}

std::uint64_t bytes_of(const MemorySize& size) {
  return size.percent == 0 ? size.bytes : machine_memory_bytes() / 100 * size.percent;
}

}  // namespace bellwether
