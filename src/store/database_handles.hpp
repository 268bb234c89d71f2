#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/listener.h>

#include "database.hpp"
#include "log_filter.hpp"

namespace bellwether::store {

/// Hears of failures of what RocksDB does by itself, and keeps it from going on by itself after
/// them: when and how is ours to decide.
class FailureListener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason, rocksdb::Status error,
                            bool* is_automatic) override;

  /// The worst since it was asked to forget. A log that failed counts as fatal: RocksDB resumes
  /// without a new one where nothing is in memory, and the next write to it ends the process.
  rocksdb::Status::Severity worst() const { return worst_; }
  void note(rocksdb::Status::Severity severity);
  void forget() { worst_ = rocksdb::Status::Severity::kNoError; }

 private:
  std::atomic<rocksdb::Status::Severity> worst_ = rocksdb::Status::Severity::kNoError;
};

/// One RocksDB, and what is needed to open it again.
struct Database::Handles {
  std::string path;
  bool is_read_only = false;
  rocksdb::Env* env = nullptr;  ///< RocksDB's own when null.
  LogFilter log_filter;
  std::vector<std::string> damages;  ///< Of the files, seen as it was opened; a sentence each.
  std::shared_ptr<FailureListener> failures = std::make_shared<FailureListener>();
  /// Whoever is within a write. Nobody may be while RocksDB resumes: it would go on with a log that
  /// failed meanwhile.
  UseCount writers;
  /// Held within a write where the disk is nearly full: of several at once, RocksDB may write one
  /// to a log that failed with another, and an assertion of its ends the process.
  std::mutex alone;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> all;
  std::array<rocksdb::ColumnFamilyHandle*, all_families.size()> families{};
  /// Range deletions written since the family was last written out for their sake.
  std::array<std::atomic<std::uint32_t>, all_families.size()> range_deletions{};
  rocksdb::WriteOptions synced;
  rocksdb::WriteOptions buffered;

  ~Handles() { close(); }

  rocksdb::ColumnFamilyHandle* of(Family family) const {
    return families[static_cast<std::size_t>(family)];
  }

  rocksdb::Status open();
  void close();
};

}  // namespace bellwether::store
