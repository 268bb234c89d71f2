#include "bellwether/store/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "bellwether/store/page_bound.hpp"

#include "audit_records.hpp"
#include "catalog_codec.hpp"
#include "database.hpp"
#include "list_cursor.hpp"

namespace bellwether::store {
namespace {

std::string entry_text(CatalogKind kind, std::string_view name) {
  return std::string(to_string(kind)) + " '" + std::string(name) + "'";
}

Result<std::optional<CatalogEntry>> read_entry(const Database& database, CatalogKind kind,
                                               std::string_view name) {
  const auto record = database.get(Family::catalog, catalog_key(kind, name));
  if (!record) return while_doing("reading " + entry_text(kind, name), record.error());
  if (!*record) return std::optional<CatalogEntry>();
  auto entry = decode_catalog_entry(name, **record);
  if (!entry) return while_doing("reading " + entry_text(kind, name), entry.error());
  return std::optional(std::move(*entry));
}

bool read_number(std::string_view text, std::uint32_t& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size();
}

void put_entry(Batch& batch, CatalogKind kind, const CatalogEntry& entry) {
  batch.put(Family::catalog, catalog_key(kind, entry.name), encode_catalog_entry(entry));
}

/// Notes a change beside it, where somebody is to be remembered for it.
void put_audit(Batch& batch, std::uint64_t revision, std::uint32_t number, CatalogKind kind,
               std::string_view name, const std::optional<CatalogEntry>& before,
               std::optional<std::string> after, const std::optional<Author>& author) {
  if (!author) return;
  const AuditEntry entry{revision,
                         *author,
                         std::string(to_string(kind)),
                         std::string(name),
                         before ? std::optional(before->document) : std::nullopt,
                         std::move(after)};
  batch.put(Family::catalog, audit_key(revision, number), encode_audit(entry));
}

}  // namespace

struct Catalog::Body {
  explicit Body(Database& opened) : database(opened) {
    // One that does not read has kept the store from being opened.
    if (const auto stored = read_catalog_revision(database)) revision = *stored;
  }

  /// Writes a batch of changes that stand at `next`, and wakes those who wait for it.
  Result<void> commit(Batch& batch, std::uint64_t next) {
    batch.put(Family::meta, catalog_revision_key, encode_revision(next));
    if (auto written = database.write(batch, Durability::synced); !written)
      return while_doing("writing the catalog", written.error());
    {
      const std::lock_guard lock(revision_mutex);
      revision = next;
    }
    changed.notify_all();
    return ok();
  }

  Database& database;
  std::mutex write_mutex;  ///< One change at a time.
  mutable std::mutex revision_mutex;
  mutable std::condition_variable changed;
  std::uint64_t revision = 0;
};

Catalog::Catalog(Database& database) : body_(std::make_unique<Body>(database)) {}
Catalog::~Catalog() = default;

Result<CatalogEntry> Catalog::put(CatalogKind kind, std::string_view name, std::string document,
                                  bool is_provisioned,
                                  std::optional<std::uint64_t> expected_revision,
                                  const std::optional<Author>& author) {
  const std::lock_guard lock(body_->write_mutex);
  const auto before = read_entry(body_->database, kind, name);
  if (!before) return before.error();
  const std::uint64_t stands_at = *before ? (*before)->revision : 0;
  if (expected_revision && *expected_revision != stands_at)
    return already_exists(*expected_revision == 0
                              ? entry_text(kind, name) + " exists already"
                              : entry_text(kind, name) + " was changed meanwhile; read it again");

  CatalogEntry entry{std::string(name), std::move(document), 0, is_provisioned};
  Batch batch(body_->database);
  if (is_report(kind)) {
    entry.revision = stands_at + 1;
    put_entry(batch, kind, entry);
    if (auto written = body_->database.write(batch, Durability::buffered); !written)
      return while_doing("writing " + entry_text(kind, name), written.error());
    return entry;
  }
  entry.revision = revision() + 1;
  put_entry(batch, kind, entry);
  put_audit(batch, entry.revision, 0, kind, name, *before, entry.document, author);
  if (auto written = body_->commit(batch, entry.revision); !written) return written.error();
  return entry;
}

Result<CatalogEntry> Catalog::get(CatalogKind kind, std::string_view name) const {
  auto entry = read_entry(body_->database, kind, name);
  if (!entry) return entry.error();
  if (!*entry) return not_found("there is no " + entry_text(kind, name));
  return std::move(**entry);
}

Result<std::vector<CatalogEntry>> Catalog::list(CatalogKind kind) const {
  std::vector<CatalogEntry> entries;
  auto cursor = body_->database.scan(Family::catalog, keys_beginning_with(catalog_key(kind, "")));
  for (; cursor.valid(); cursor.next()) {
    const auto name = read_catalog_key(cursor.key());
    auto entry = decode_catalog_entry(name ? name->name : std::string(), cursor.value());
    if (!entry)
      return while_doing("reading " + entry_text(kind, name ? name->name : ""), entry.error());
    entries.push_back(std::move(*entry));
  }
  if (auto status = cursor.status(); !status)
    return while_doing("reading the catalog", status.error());
  return entries;
}

Result<void> Catalog::erase(CatalogKind kind, std::string_view name,
                            const std::optional<Author>& author) {
  const std::lock_guard lock(body_->write_mutex);
  const auto before = read_entry(body_->database, kind, name);
  if (!before) return before.error();
  if (!*before) return not_found("there is no " + entry_text(kind, name));
  Batch batch(body_->database);
  batch.erase(Family::catalog, catalog_key(kind, name));
  if (!is_report(kind)) {
    const std::uint64_t next = revision() + 1;
    put_audit(batch, next, 0, kind, name, *before, std::nullopt, author);
    return body_->commit(batch, next);
  }
  return body_->database.write(batch, Durability::buffered);
}

Result<void> Catalog::apply(const std::vector<Change>& changes,
                            const std::optional<Author>& author) {
  const std::lock_guard lock(body_->write_mutex);
  Batch batch(body_->database);
  const std::uint64_t next = revision() + 1;
  std::uint32_t changed = 0;
  for (const Change& change : changes) {
    const auto before = read_entry(body_->database, change.kind, change.name);
    if (!before) return before.error();
    if (!change.document) {
      if (!*before) continue;
      batch.erase(Family::catalog, catalog_key(change.kind, change.name));
    } else {
      // What stays as it is keeps its revision, so that nobody starts anew for nothing.
      if (*before && (*before)->document == *change.document &&
          (*before)->is_provisioned == change.is_provisioned)
        continue;
      put_entry(batch, change.kind, {change.name, *change.document, next, change.is_provisioned});
    }
    put_audit(batch, next, changed++, change.kind, change.name, *before, change.document, author);
  }
  if (changed == 0) return ok();
  return body_->commit(batch, next);
}

Result<AuditPage> Catalog::audit(const AuditQuery& query) const {
  KeyRange range = keys_beginning_with(audit_prefix());
  if (!query.cursor.empty()) {
    const auto last = decode_list_cursor(query.cursor);
    std::uint32_t number = 0;
    const bool is_ours = last && last->time >= TimePoint() && read_number(last->id, number);
    if (!is_ours) return invalid_input("the cursor is not one of this list");
    const auto revision = static_cast<std::uint64_t>(last->time.time_since_epoch().count());
    range.from = audit_key(revision, number) + '\0';
  }
  AuditPage page;
  PageBound bound(query.limit);
  AuditKey shown;
  auto cursor = body_->database.scan(Family::catalog, range);
  for (; cursor.valid(); cursor.next()) {
    auto entry = decode_audit(cursor.key(), cursor.value());
    if (!entry) return while_doing("reading the catalog's changes", entry.error());
    if ((query.kind && *query.kind != entry->kind) || (query.name && *query.name != entry->name))
      continue;
    if (!bound.take(cursor.value().size())) {
      page.next_cursor =
          encode_list_cursor({TimePoint(Duration(static_cast<std::int64_t>(shown.revision))),
                              std::to_string(shown.number)});
      break;
    }
    shown = read_audit_key(cursor.key());
    page.entries.push_back(std::move(*entry));
  }
  if (auto status = cursor.status(); !status)
    return while_doing("reading the catalog's changes", status.error());
  return page;
}

Result<void> Catalog::drop_audit_before(TimePoint time) {
  const std::lock_guard lock(body_->write_mutex);
  Batch batch(body_->database);
  auto cursor = body_->database.scan(Family::catalog, keys_beginning_with(audit_prefix()),
                                     {.newest_key_first = true});
  // From the oldest on.
  for (; cursor.valid(); cursor.next()) {
    const auto entry = decode_audit(cursor.key(), cursor.value());
    if (!entry) return while_doing("reading the catalog's changes", entry.error());
    if (entry->author.time >= time) break;
    batch.erase(Family::catalog, cursor.key());
  }
  if (auto status = cursor.status(); !status) return status;
  return body_->database.write(batch, Durability::buffered);
}

std::uint64_t Catalog::revision() const {
  const std::lock_guard lock(body_->revision_mutex);
  return body_->revision;
}

std::uint64_t Catalog::wait_for_change(std::uint64_t seen,
                                       std::chrono::milliseconds timeout) const {
  std::unique_lock lock(body_->revision_mutex);
  body_->changed.wait_for(lock, timeout, [&] { return body_->revision > seen; });
  return body_->revision;
}

}  // namespace bellwether::store
