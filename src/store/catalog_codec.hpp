#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/store/catalog.hpp"

namespace bellwether::store {

class Database;

std::string catalog_key(CatalogKind kind, std::string_view name);

/// The kind and name a key was made of; absent when it is not one.
struct CatalogName {
  CatalogKind kind = CatalogKind::detector;
  std::string name;
};
std::optional<CatalogName> read_catalog_key(std::string_view key);

std::string encode_catalog_entry(const CatalogEntry& entry);
Result<CatalogEntry> decode_catalog_entry(std::string_view name, std::string_view record);

std::string_view to_string(CatalogKind kind);

/// The key of the meta family under which the catalog's latest revision stands.
inline constexpr std::string_view catalog_revision_key = "catalog_revision";
std::string encode_revision(std::uint64_t revision);
Result<std::uint64_t> decode_revision(std::string_view record);

/// The catalog's latest revision; 0 for one that never changed.
Result<std::uint64_t> read_catalog_revision(const Database& database);

}  // namespace bellwether::store
