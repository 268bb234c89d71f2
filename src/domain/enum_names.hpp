#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace bellwether {

/// The spelling of each enumerator, one table per enum for both directions.
template <class Enum, std::size_t count>
using EnumNames = std::array<std::pair<Enum, std::string_view>, count>;

template <class Enum, std::size_t count>
std::string_view name_in(const EnumNames<Enum, count>& names, Enum value) {
  for (const auto& [enumerator, name] : names)
    if (enumerator == value) return name;
  return names.front().second;
}

template <class Enum, std::size_t count>
std::optional<Enum> value_in(const EnumNames<Enum, count>& names, std::string_view text) {
  for (const auto& [enumerator, name] : names)
    if (name == text) return enumerator;
  return std::nullopt;
}

}  // namespace bellwether
