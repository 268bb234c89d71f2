#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/wal_filter.h>

namespace bellwether::store {

/// Stands beside RocksDB while it reads its logs back.
///
/// It makes logs readable in which an older release left thousands of range deletions of the inbox
/// that all begin at the same key: one per commit, from a detector's first batch up to its cut.
/// RocksDB needs memory for each pair of them that overlaps, so a store of some megabytes did not
/// open. Each is made to begin where the one before it ended, which erases the same.
///
/// It also sees what is missing: RocksDB numbers all records one after the other, and says nothing
/// when a log in the middle is gone or was cut off.
class LogFilter final : public rocksdb::WalFilter {
 public:
  void ColumnFamilyLogNumberMap(const std::map<std::uint32_t, std::uint64_t>& log_numbers,
                                const std::map<std::string, std::uint32_t>& families) override;
  WalProcessingOption LogRecordFound(unsigned long long log_number, const std::string& file,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* new_batch, bool* is_changed) override;
  const char* Name() const override { return "bellwether.log_filter"; }

  /// What was missing, a sentence each.
  const std::vector<std::string>& gaps() const { return gaps_; }
  /// Before the logs are read once more.
  void begin();

 private:
  class Rewriter;
  void look_for_gap(const rocksdb::WriteBatch& batch, const std::string& file);

  std::uint32_t inbox_ = 0;  ///< The family's number in the log.
  /// Per detector, by the prefix of its batches, the end of the newest such range.
  std::map<std::string, std::string> ends_;
  std::uint64_t next_record_ = 0;  ///< Zero before the first one.
  std::string last_file_;
  std::vector<std::string> gaps_;
};

}  // namespace bellwether::store
