#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bellwether::quality {

/// The number after `name` on the command line, or `otherwise`.
inline std::uint64_t option(int argc, char** argv, std::string_view name, std::uint64_t otherwise) {
  for (int i = 1; i + 1 < argc; ++i)
    if (argv[i] == name) return std::stoull(argv[i + 1]);
  return otherwise;
}

/// Whether `name` stands on the command line.
inline bool has_flag(int argc, char** argv, std::string_view name) {
  for (int i = 1; i < argc; ++i)
    if (argv[i] == name) return true;
  return false;
}

}  // namespace bellwether::quality
