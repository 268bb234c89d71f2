#include "database_options.hpp"

#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

namespace bellwether::store {
namespace {

constexpr std::size_t mebibyte = std::size_t{1} << 20U;
constexpr int max_open_files = 768;  // Below the 1024 that a process may open by default.

std::size_t write_buffer_bytes(const std::string& family) {
  if (family == "frames") return 64 * mebibyte;
  if (family == "chunks") return 16 * mebibyte;
  if (family == "checkpoints" || family == "inbox") return 32 * mebibyte;
  return 8 * mebibyte;
}

}  // namespace

rocksdb::DBOptions database_options(bool is_read_only) {
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_background_jobs = 2;
  // Merging files can wait where commits and restarts want the cores.
  options.env->LowerThreadPoolCPUPriority(rocksdb::Env::Priority::LOW, rocksdb::CpuPriority::kLow)
      .PermitUncheckedError();
  // Beside a writer all files are opened at once, so that none can be removed before it is read.
  options.max_open_files = is_read_only ? -1 : max_open_files;
  options.max_total_wal_size = 256 * mebibyte;
  options.db_write_buffer_size = 192 * mebibyte;  // Of all families together.
  options.bytes_per_sync = mebibyte;
  // Room that is set aside for a log and not used yet is room that others lack, and a disk that is
  // nearly full would be full by it.
  options.allow_fallocate = false;
  // How it goes on after a failure is for Database::mend to decide.
  options.max_bgerror_resume_count = 0;
  options.keep_log_file_num = 2;
  options.max_log_file_size = 16 * mebibyte;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.stats_dump_period_sec = 0;
  // A log that was cut off by a crash is normal; one that is damaged in the middle holds rows that
  // were answered for, and must not be dropped in silence.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(const std::string& name,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = (name == "frames" || name == "checkpoints") ? 16 << 10U : 4 << 10U;
  // A small record before a large one is a block of its own, or reading it reads both.
  if (name == "chunks") table.block_size_deviation = 99;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = write_buffer_bytes(name);
  options.target_file_size_base = 128 * mebibyte;
  options.compression = rocksdb::kLZ4Compression;
  options.bottommost_compression = rocksdb::kZSTD;
  // Frames live shortly; checkpoints are rewritten all the time and read in a hurry.
  if (name == "frames" || name == "checkpoints")
    options.bottommost_compression = rocksdb::kLZ4Compression;
  if (name == "chunks")  // Ours already.
    options.compression = options.bottommost_compression = rocksdb::kNoCompression;
  options.level_compaction_dynamic_level_bytes = true;
  return options;
}

}  // namespace bellwether::store
