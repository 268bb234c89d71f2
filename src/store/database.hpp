#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/store/store_condition.hpp"

#include "disk_watch.hpp"
#include "erased_ranges.hpp"
#include "family.hpp"
#include "inbox_directory.hpp"
#include "key_range.hpp"
#include "ledger_sequence.hpp"
#include "pending_deliveries.hpp"
#include "use_count.hpp"

namespace rocksdb {
class Env;
class Iterator;
class Slice;
class Status;
class WriteBatch;
}  // namespace rocksdb

namespace bellwether {
class WorkerPool;
}

namespace bellwether::store {

class Database;

/// Changes that are kept all at once or not at all.
class Batch {
 public:
  /// `expected_bytes` spares a large batch the growing.
  explicit Batch(const Database& database, std::size_t expected_bytes = 0);
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) = delete;

  void put(Family family, std::string_view key, std::string_view value);
  /// The same for a record that must not be there later when the write fails: it may have come to
  /// the disk all the same. For keys that no other write uses.
  void put_or_undo(Family family, std::string_view key, std::string_view value);
  void erase(Family family, std::string_view key);
  std::size_t byte_count() const;
  void clear();

 private:
  friend class Database;
  const Database& database_;
  Use use_;
  std::unique_ptr<rocksdb::WriteBatch> writes_;
  std::vector<std::pair<Family, std::string>> undo_;
  std::vector<ErasedRange> erased_;      ///< Those of families that hold much.
  std::vector<Family> range_deletions_;  ///< Where a range goes by one mark.
  bool makes_room_ = false;
};

/// One state of the whole database, whatever is written meanwhile.
class Snapshot {
 public:
  explicit Snapshot(const Database& database);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  friend class Database;
  const Database& database_;
  Use use_;
  const void* held_;  ///< A rocksdb::Snapshot; none in a read-only database, which stands still.
};

/// Walks over the records of a range, in order of their keys.
///
///     auto cursor = database.scan(Family::groups, keys_beginning_with("g"));
///     for (; cursor.valid(); cursor.next()) ...
///     if (auto status = cursor.status(); !status) return status.error();
class Cursor {
 public:
  ~Cursor();
  Cursor(Cursor&&) noexcept;
  Cursor& operator=(Cursor&&) = delete;

  bool valid() const;
  /// Views are valid until the cursor moves.
  std::string_view key() const;
  std::string_view value() const;
  void next();
  /// Goes to the first key at or after `key`; only for cursors that go forward.
  void seek(std::string_view key);

  /// Why the walk ended: success, or what could not be read.
  Result<void> status() const;

 private:
  friend class Database;
  struct Bounds;
  Cursor(Use use, std::unique_ptr<Bounds> bounds, std::unique_ptr<rocksdb::Iterator> iterator,
         bool goes_back);

  Use use_;  ///< Goes last.
  std::unique_ptr<Bounds> bounds_;
  std::unique_ptr<rocksdb::Iterator> iterator_;
  bool goes_back_;
};

struct ScanOptions {
  const Snapshot* snapshot = nullptr;
  bool newest_key_first = false;
  bool is_bulk = false;             ///< A walk over much, once: leaves the cache to others.
  std::size_t readahead_bytes = 0;  ///< For long runs of neighbouring keys; 0: as it turns out.
};

/// When a write counts as done.
enum class Durability {
  synced,    ///< It survives the loss of power.
  buffered,  ///< It survives the end of the process.
};

/// How a database is opened where it is not as usual; for tests.
struct OpenOptions {
  rocksdb::Env* env = nullptr;  ///< RocksDB's own when null.
  DiskWatch::FreeBytes free_bytes = DiskWatch::free_bytes_of_disk;
  std::chrono::milliseconds look_every{1000};  ///< How often it is looked after.
};

/// The RocksDB under the store, and the little the parts of the store share in memory.
///
/// Failures a write that does not fit the disk is refused before RocksDB sees it. After one that
///          failed nothing more is written until RocksDB was opened anew, which a
///          thread of the database's own tries as long as it takes. What is read meanwhile is what
///          was written before; for the moment of opening anew, reading fails too (unavailable).
/// Threads  any; it has one of its own.
class Database {
 public:
  enum class Access {
    read_write,
    read_only,
    files_only,  ///< Read-only, and also what an older release wrote: to check and copy files.
  };

  /// Opens, creates if it may, and checks the format's version. Read-only works beside a process
  /// that writes, and sees the state of this moment.
  ///
  /// Errors   unavailable: held by another process; corrupt: damaged, not ours, or newer than us.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Access access,
                                                const OpenOptions& options = {});

  /// Errors   not_found: there is no store at `path`.
  static Result<void> check_exists(const std::string& path);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const std::string& path() const;
  /// What was missing of its files as it was opened, a sentence each.
  const std::vector<std::string>& damages() const;
  bool is_read_only() const;

  Result<std::optional<std::string>> get(Family family, std::string_view key,
                                         const Snapshot* snapshot = nullptr) const;
  /// Calls `read` for every index below `count`, eight at a time, and returns when all are done:
  /// what a disk takes to find a record is waited for once in eight. `read` must not throw.
  void read_side_by_side(std::size_t count, const std::function<void(std::size_t)>& read) const;
  Cursor scan(Family family, const KeyRange& range, const ScanOptions& options = {}) const;
  Result<void> write(Batch& batch, Durability durability);

  /// Adds to a batch that what a range holds now is erased: few records one by one, many by one
  /// range deletion that begins at the first of them. RocksDB takes every range deletion of what is
  /// in memory into account wherever it reads, and those that overlap with the square of their
  /// number: never add one that begins where another did before.
  Result<void> erase_range(Batch& batch, Family family, const KeyRange& range) const;

  /// About how many records a family holds.
  std::uint64_t estimate_records(Family family) const;

  /// Reads every block of every file and compares it with its checksum. Not beside a writer, who
  /// may have removed files that we still hold open.
  Result<void> verify_checksums() const;

  /// Copies everything to a directory that does not exist; shares files where the disk allows.
  Result<void> copy_files_to(const std::string& directory) const;

  /// Gives the disk back what was erased by the range from frames and chunks since the last call,
  /// where that is at least `least_bytes`: left alone it lies there until files happen to be
  /// merged. Takes as long as reading it. What a snapshot sees stays. Ends early once told to stop.
  /// What it did not come to, also for an error, is left for the next call.
  ///
  /// True when there was something to give back.
  Result<bool> reclaim(const std::stop_token& stop, std::uint64_t least_bytes = 64ULL << 20U);

  /// Brings the log of what was written to the disk.
  Result<void> sync();

  /// Writes everything out of memory, for a database made without a log.
  Result<void> flush();

  /// Fast writes that a crash undoes: for a copy in the making.
  void write_without_log();

  /// Whether it takes writes now. The follower hears of every change, the first time at once; by
  /// the thread that looks after the database.
  StoreCondition condition() const;
  void follow(OnCondition on_condition);

  /// What to do after RocksDB was opened anew: what was thought to have failed may be there.
  void when_reopened(std::function<void()> refresh);
  /// Ends the thread that does it.
  void stop_looking();

  // What the parts of the store share in memory; each is filled when the store is opened.
  PendingDeliveries& pending_deliveries() { return pending_deliveries_; }
  LedgerSequence& ledger_sequence() { return ledger_sequence_; }
  InboxDirectory& inbox_directory() { return inbox_directory_; }
  /// Held while a delivery's state is read, changed and written.
  std::mutex& ledger_mutex() { return ledger_mutex_; }
  /// Held while old frames are turned into chunks or dropped, but not while new ones are committed.
  std::mutex& old_frames_mutex() { return old_frames_mutex_; }

 private:
  friend class Batch;
  friend class Snapshot;
  struct Handles;
  Database(std::unique_ptr<Handles> handles, const OpenOptions& options);
  static rocksdb::Status open_between_changes(Handles& handles);
  Result<void> check_writable(const Batch& batch);
  Error note_failed_write(const rocksdb::Status& status, Batch& batch);
  void look_after(const std::stop_token& stop);
  void look_once();
  void bound_log();
  void mend();
  rocksdb::Status open_anew();
  rocksdb::Status undo_failed_writes();
  // Both with the mutex of the condition held.
  void fail(const std::string& why);
  void set_condition(StoreCondition condition);
  void bound_range_deletions(const std::vector<Family>& added);
  Result<bool> reclaim_range(const ErasedRange& range, const std::stop_token& stop,
                             std::uint64_t least_bytes);

  std::unique_ptr<Handles> handles_;
  std::unique_ptr<WorkerPool> readers_;  ///< Threads that wait for the disk.
  PendingDeliveries pending_deliveries_;
  LedgerSequence ledger_sequence_;
  InboxDirectory inbox_directory_;
  ErasedRanges erased_ranges_;
  std::mutex ledger_mutex_;
  std::mutex old_frames_mutex_;

  mutable UseCount uses_;
  DiskWatch disk_;
  const std::chrono::milliseconds look_every_;
  mutable std::mutex condition_mutex_;
  std::condition_variable_any woken_;
  StoreCondition condition_;
  std::string failure_;
  std::atomic<bool> has_failed_ = false;
  int looks_to_attempt_ = 0;  ///< Of the keeper alone.
  OnCondition on_condition_;
  std::function<void()> when_reopened_;
  std::vector<std::pair<Family, std::string>> undo_;  ///< Of writes that failed.
  std::jthread keeper_;                               ///< Last: it uses the others.
};

}  // namespace bellwether::store
