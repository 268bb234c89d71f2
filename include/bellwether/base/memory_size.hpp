#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace bellwether {

/// An amount of memory as people write it: so many bytes, or a part of what the machine has.
struct MemorySize {
  std::uint64_t bytes = 0;    ///< Where `percent` is zero.
  std::uint64_t percent = 0;  ///< Of the machine's memory.

  bool operator==(const MemorySize&) const = default;
};

/// What `parse_memory_size` takes, for messages.
inline constexpr std::string_view memory_size_format =
    "a percentage of the machine's memory (25%), a size in KiB, MiB or GiB (256MiB) or a number of "
    "bytes";

/// Reads `25%`, `256MiB`, `268435456`. Empty when it is none of these, zero, more than 100 % or
/// more than 64 bits hold.
std::optional<MemorySize> parse_memory_size(std::string_view text);

/// What this process may use: the machine's memory, or less where a control group says so.
///
/// Units    bytes.
std::uint64_t machine_memory_bytes();

/// What `size` means on this machine.
///
/// Units    bytes.
std::uint64_t bytes_of(const MemorySize& size);

}  // namespace bellwether
