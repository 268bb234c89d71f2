#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/audit_entry.hpp"

namespace bellwether::store {

class Database;

/// What the catalog keeps documents of.
enum class CatalogKind : std::uint8_t {
  detector,         ///< DetectorSpec
  alert,            ///< AlertSpec
  silence,          ///< Silence, by id
  sink,             ///< SinkSpec; only ever provisioned
  desired_state,    ///< What the user wants a detector to do: `active`, `inactive`, `backtest` or
                    ///< `deleted`
  status,           ///< DetectorStatus, written by the pipeline alone
  acknowledgement,  ///< Acknowledgement, by the id of the group
  connection,       ///< ConnectionSpec; only ever provisioned
  start,            ///< That a detector is being started, written by the pipeline alone
};

/// Whether the pipeline alone writes a kind, to report of its detectors: such an entry counts its
/// own revisions and wakes nobody.
constexpr bool is_report(CatalogKind kind) {
  return kind == CatalogKind::status || kind == CatalogKind::start;
}

/// One document of the catalog.
struct CatalogEntry {
  std::string name;
  std::string document;         ///< JSON text; of `desired_state` a word.
  std::uint64_t revision = 0;   ///< Rises with every change of the catalog.
  bool is_provisioned = false;  ///< From the configuration file, and so read-only in the API.

  bool operator==(const CatalogEntry&) const = default;
};

struct AuditQuery {
  std::optional<std::string> kind;
  std::optional<std::string> name;
  std::size_t limit = 100;
  std::string cursor;
};

struct AuditPage {
  std::vector<AuditEntry> entries;  ///< Newest first.
  std::string next_cursor;
};

/// Everything users configure, and what the pipeline says of it: `api` and `config` write it,
/// `pipeline` watches it, and so they need not know each other.
///
/// Threads  any. Each call is atomic and durable when it returns.
class Catalog {
 public:
  explicit Catalog(Database& database);
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  /// Creates or replaces. With `expected_revision` the entry must stand at it (0: must not exist).
  /// With an author the change is remembered, as by all that take one.
  ///
  /// Errors   already_exists: it stands at another revision.
  Result<CatalogEntry> put(CatalogKind kind, std::string_view name, std::string document,
                           bool is_provisioned, std::optional<std::uint64_t> expected_revision = {},
                           const std::optional<Author>& author = {});

  Result<CatalogEntry> get(CatalogKind kind, std::string_view name) const;

  /// All of a kind, by name.
  Result<std::vector<CatalogEntry>> list(CatalogKind kind) const;

  /// Errors   not_found.
  Result<void> erase(CatalogKind kind, std::string_view name,
                     const std::optional<Author>& author = {});

  /// One reload of the configuration, whole or not at all.
  struct Change {
    CatalogKind kind = CatalogKind::detector;
    std::string name;
    std::optional<std::string> document;  ///< Absent: erase.
    bool is_provisioned = false;
  };
  Result<void> apply(const std::vector<Change>& changes, const std::optional<Author>& author = {});

  /// Who changed what.
  ///
  /// Errors   invalid_input for a cursor that is not ours.
  Result<AuditPage> audit(const AuditQuery& query) const;

  /// Forgets changes from before `time`.
  Result<void> drop_audit_before(TimePoint time);

  /// The revision of the latest change, of any kind but status and start.
  std::uint64_t revision() const;

  /// Waits until the revision is beyond `seen`, at most `timeout`; gives the revision.
  std::uint64_t wait_for_change(std::uint64_t seen, std::chrono::milliseconds timeout) const;

 private:
  struct Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::store
