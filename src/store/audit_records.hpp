#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/audit_entry.hpp"

namespace bellwether::store {

// Changes of the catalog, newest first (docs/formats/store.md). In the catalog family, beside what
// they changed and written with it:
//
//   h revision number     the revision with all its bits turned; the number tells apart the changes
//                         of one reload

/// Where the audit's records begin.
std::string audit_prefix();
std::string audit_key(std::uint64_t revision, std::uint32_t number);

/// The revision and number of a key; `failed` for one that is none.
struct AuditKey {
  std::uint64_t revision = 0;
  std::uint32_t number = 0;
  bool failed = false;
};
AuditKey read_audit_key(std::string_view key);

std::string encode_audit(const AuditEntry& entry);
Result<AuditEntry> decode_audit(std::string_view key, std::string_view record);

}  // namespace bellwether::store
