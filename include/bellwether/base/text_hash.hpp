#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace bellwether {

/// A quick hash of a short text for tables in memory. Never stored: it may change with a release
/// (`stable_hash` does not).
inline std::uint32_t text_hash(std::string_view text) {
  std::uint64_t hash = 0x9e3779b97f4a7c15U ^ text.size();
  const auto mix = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdU;
    hash ^= hash >> 32U;
  };
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    mix(word);
  }
  std::uint64_t rest = 0;
  for (unsigned shift = 0; i < text.size(); ++i, shift += 8)
    rest |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << shift;
  mix(rest);
  return static_cast<std::uint32_t>(hash ^ (hash >> 29U));
}

}  // namespace bellwether
