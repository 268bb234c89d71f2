#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/catalog.hpp"
#include "bellwether/store/group_archive.hpp"
#include "bellwether/store/inbox.hpp"
#include "bellwether/store/interval_log.hpp"
#include "bellwether/store/outbox.hpp"
#include "bellwether/store/store_condition.hpp"
#include "bellwether/store/store_settings.hpp"

namespace bellwether::store {

/// What a check of the whole store found.
struct VerifyReport {
  std::uint64_t detectors = 0;
  std::uint64_t intervals = 0;
  std::uint64_t groups = 0;
  std::uint64_t deliveries = 0;
  std::uint64_t inbox_batches = 0;
  std::uint64_t bytes_read = 0;
  std::vector<std::string> damages;  ///< One sentence each: where and what.
};

/// Remembers everything, on disk under one directory (docs/formats/store.md).
///
/// Threads  any; see each part.
class Store {
 public:
  /// Opens or creates. One process at a time.
  ///
  /// Errors   unavailable: another process holds it, or the disk does not let us; corrupt: it does
  /// not
  ///          decode, or a newer release wrote it (the message says which).
  static Result<std::unique_ptr<Store>> open(const StoreSettings& settings);

  /// The same without the right to write, beside a running server.
  static Result<std::unique_ptr<Store>> open_read_only(const std::string& path);

  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  Catalog& catalog();
  IntervalLog& intervals();
  GroupArchive& groups();
  Outbox& outbox();
  Inbox& inbox();

  /// Hears whether what is to be written is taken, at once and whenever that changes. Where the
  /// disk is full or fails, or the folder is gone, writing is refused (unavailable) until it is
  /// not.
  ///
  /// Threads  the follower is called by the store's own.
  void follow(OnCondition on_condition);

  /// Reads and decodes all that is kept, and checks that the parts fit each other. `progress` is
  /// called now and then with a share from 0 to 1.
  Result<VerifyReport> verify(const std::function<void(double)>& progress) const;

  /// Brings to the disk what was written and not yet synced.
  Result<void> sync();

  /// Writes a consistent copy to `directory`, which must not exist or be empty.
  Result<void> backup(const std::string& directory) const;

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// A consistent copy of the store at `path`, also while a server runs on it.
Result<void> backup_store(const std::string& path, const std::string& directory);

/// Puts a backup in the place of a store. `path` must not exist or be empty: nothing is
/// overwritten.
Result<void> restore_store(const std::string& backup, const std::string& path);

}  // namespace bellwether::store
