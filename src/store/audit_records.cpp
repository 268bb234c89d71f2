#include "audit_records.hpp"

#include "bellwether/base/bytes.hpp"

#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t audit_version = 1;
constexpr char audit_letter = 'h';

void put_document(ByteWriter& writer, const std::optional<std::string>& document) {
  writer.put(static_cast<std::uint8_t>(document.has_value()));
  if (document) writer.put_text(*document);
}

std::optional<std::string> get_document(ByteReader& reader) {
  if (reader.get<std::uint8_t>() == 0) return std::nullopt;
  return std::string(reader.get_text());
}

}  // namespace

std::string audit_prefix() { return KeyWriter().kind(audit_letter).take(); }

std::string audit_key(std::uint64_t revision, std::uint32_t number) {
  return KeyWriter().kind(audit_letter).number(~revision).number(number).take();
}

AuditKey read_audit_key(std::string_view key) {
  KeyReader reader(key);
  const char letter = reader.kind();
  AuditKey audit;
  audit.revision = ~reader.number<std::uint64_t>();
  audit.number = reader.number<std::uint32_t>();
  audit.failed = letter != audit_letter || !reader.is_complete();
  return audit;
}

std::string encode_audit(const AuditEntry& entry) {
  ByteWriter writer;
  writer.put(audit_version);
  writer.put(entry.author.time.time_since_epoch().count());
  writer.put_text(entry.author.name);
  writer.put_text(entry.kind);
  writer.put_text(entry.name);
  put_document(writer, entry.before);
  put_document(writer, entry.after);
  return writer.take();
}

Result<AuditEntry> decode_audit(std::string_view key, std::string_view record) {
  ByteReader reader(record);
  if (reader.get<std::uint8_t>() != audit_version)
    return corrupt("a change of the catalog has an unknown version");
  AuditEntry entry;
  const AuditKey where = read_audit_key(key);
  entry.revision = where.revision;
  entry.author.time = TimePoint(Duration(reader.get<std::int64_t>()));
  entry.author.name = reader.get_text();
  entry.kind = reader.get_text();
  entry.name = reader.get_text();
  entry.before = get_document(reader);
  entry.after = get_document(reader);
  if (!reader.is_complete() || where.failed)
    return corrupt("a change of the catalog does not decode");
  return entry;
}

}  // namespace bellwether::store
