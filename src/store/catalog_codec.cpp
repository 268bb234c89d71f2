#include "catalog_codec.hpp"

#include <array>

#include "bellwether/base/bytes.hpp"

#include "database.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t entry_version = 1;

struct KindName {
  CatalogKind kind;
  char letter;
  std::string_view name;
};

constexpr std::array kinds{
    KindName{CatalogKind::detector, 'd', "detector"},
    KindName{CatalogKind::alert, 'a', "alert"},
    KindName{CatalogKind::silence, 'q', "silence"},
    KindName{CatalogKind::sink, 's', "sink"},
    KindName{CatalogKind::desired_state, 'w', "desired state"},
    KindName{CatalogKind::status, 'u', "status"},
    KindName{CatalogKind::acknowledgement, 'k', "acknowledgement"},
    KindName{CatalogKind::connection, 'c', "connection"},
    KindName{CatalogKind::start, 'b', "start"},
};

const KindName& entry_of(CatalogKind kind) { return kinds[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view to_string(CatalogKind kind) { return entry_of(kind).name; }

std::string catalog_key(CatalogKind kind, std::string_view name) {
  return KeyWriter().kind(entry_of(kind).letter).tail(name).take();
}

std::optional<CatalogName> read_catalog_key(std::string_view key) {
  KeyReader reader(key);
  const char letter = reader.kind();
  for (const KindName& kind : kinds)
    if (kind.letter == letter) return CatalogName{kind.kind, std::string(reader.tail())};
  return std::nullopt;
}

std::string encode_catalog_entry(const CatalogEntry& entry) {
  ByteWriter writer;
  writer.put(entry_version);
  writer.put_varint(entry.revision);
  writer.put(static_cast<std::uint8_t>(entry.is_provisioned));
  writer.put_text(entry.document);
  return writer.take();
}

Result<CatalogEntry> decode_catalog_entry(std::string_view name, std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != entry_version)
    return corrupt("a catalog entry has an unknown version");
  CatalogEntry entry;
  entry.name = name;
  entry.revision = reader.get_varint();
  entry.is_provisioned = reader.get<std::uint8_t>() != 0;
  entry.document = reader.get_text();
  if (!reader.is_complete()) return corrupt("a catalog entry does not decode");
  return entry;
}

std::string encode_revision(std::uint64_t revision) {
  ByteWriter writer;
  writer.put_varint(revision);
  return writer.take();
}

Result<std::uint64_t> decode_revision(std::string_view record) {
  ByteReader reader(record);
  const auto revision = reader.get_varint();
  if (!reader.is_complete()) return corrupt("the catalog's revision does not decode");
  return revision;
}

Result<std::uint64_t> read_catalog_revision(const Database& database) {
  const auto stored = database.get(Family::meta, catalog_revision_key);
  if (!stored) return stored.error();
  if (!*stored) return std::uint64_t{0};
  return decode_revision(**stored);
}

}  // namespace bellwether::store
