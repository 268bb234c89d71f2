#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// Who changed what users configure, and when.
struct Author {
  std::string name;  ///< Of the token that was used, or "configuration file".
  TimePoint time{};  ///< On the wall.

  bool operator==(const Author&) const = default;
};

/// One change, as it is remembered. Documents are JSON in the fields of the configuration.
struct AuditEntry {
  std::uint64_t revision = 0;  ///< Of the catalog, which the change led to.
  Author author;
  std::string kind;  ///< "alert", "silence", ...
  std::string name;
  std::optional<std::string> before;  ///< Absent: it was made.
  std::optional<std::string> after;   ///< Absent: it was deleted.

  bool operator==(const AuditEntry&) const = default;
};

}  // namespace bellwether
