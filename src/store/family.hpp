#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace bellwether::store {

/// The column families of the database; docs/formats/store.md says what each holds.
enum class Family : std::uint8_t {
  meta,
  catalog,
  dictionary,
  frames,
  chunks,
  checkpoints,
  groups,
  outbox,
  deliveries,
  inbox,
  quality,
};

inline constexpr std::array all_families{
    Family::meta,       Family::catalog,     Family::dictionary, Family::frames,
    Family::chunks,     Family::checkpoints, Family::groups,     Family::outbox,
    Family::deliveries, Family::inbox,       Family::quality,
};

constexpr std::string_view to_string(Family family) {
  constexpr std::array<std::string_view, all_families.size()> names{
      "meta",   "catalog", "dictionary", "frames", "chunks", "checkpoints",
      "groups", "outbox",  "deliveries", "inbox",  "quality"};
  return names[static_cast<std::size_t>(family)];
}

}  // namespace bellwether::store
