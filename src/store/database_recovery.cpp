#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include "bellwether/base/log.hpp"

#include "database.hpp"
#include "database_handles.hpp"
#include "rocksdb_error.hpp"

namespace bellwether::store {
namespace {

using Severity = rocksdb::Status::Severity;

/// What writes that only erase leave free: they make room, once their families are compacted.
constexpr std::uint64_t reserve_of_erasing = DiskWatch::reserve_bytes / 4;
/// How long readers may take before RocksDB is opened anew; then they go on, and it waits.
constexpr std::chrono::seconds readers_patience{2};
/// Between attempts to go on; a flush that does not fit writes much before it fails.
constexpr int looks_between_attempts = 3;

constexpr std::uint64_t most_records_in_memory = 200'000;
constexpr std::uint64_t little_room = 8 * DiskWatch::reserve_bytes;
constexpr std::uint64_t most_bytes_with_little_room = 16ULL << 20U;

/// Whether more than the one write is concerned. Others were refused for what they are.
bool is_of_the_disk(const rocksdb::Status& status) {
  return status.IsIOError() || status.IsCorruption();
}

}  // namespace

Result<void> Database::check_writable(const Batch& batch) {
  if (handles_->is_read_only) return internal_error("the store was opened for reading alone");
  if (!batch.use_)
    return unavailable("the store is being opened anew after a failure; try again in a moment");
  if (has_failed_) return unavailable(condition().detail);
  const auto reserve = batch.makes_room_ ? reserve_of_erasing : DiskWatch::reserve_bytes;
  if (auto objection = disk_.objection(batch.byte_count(), reserve))
    return unavailable(std::move(*objection));
  return ok();
}

Error Database::note_failed_write(const rocksdb::Status& status, Batch& batch) {
  const Error error = to_error(status);
  if (!is_of_the_disk(status)) return error;
  const std::lock_guard lock(condition_mutex_);
  std::move(batch.undo_.begin(), batch.undo_.end(), std::back_inserter(undo_));
  fail(error.message);
  return error;
}

/// Refuses all writes from now on.
void Database::fail(const std::string& why) {
  if (has_failed_) return;
  failure_ = why + "; nothing is written until the disk takes it again, which is tried on and on";
  set_condition({false, failure_});
  has_failed_ = true;
}

StoreCondition Database::condition() const {
  const std::lock_guard lock(condition_mutex_);
  return condition_;
}

void Database::follow(OnCondition on_condition) {
  const std::lock_guard lock(condition_mutex_);
  on_condition_ = std::move(on_condition);
  if (on_condition_) on_condition_(condition_);
}

void Database::when_reopened(std::function<void()> refresh) {
  const std::lock_guard lock(condition_mutex_);
  when_reopened_ = std::move(refresh);
}

void Database::stop_looking() {
  keeper_.request_stop();
  if (keeper_.joinable()) keeper_.join();
}

void Database::set_condition(StoreCondition condition) {
  if (condition == condition_) return;
  if (condition.is_ready)
    log_info("store", "it is written again");
  else if (condition_.is_ready)
    log_error("store", "nothing is written: " + condition.detail);
  condition_ = std::move(condition);
  if (on_condition_) on_condition_(condition_);
}

void Database::look_after(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    look_once();
    std::unique_lock lock(condition_mutex_);
    woken_.wait_for(lock, stop, look_every_, [] { return false; });
  }
}

/// Writes out what is in memory before it is so much that reading it back from the log takes long:
/// a start after a crash takes about a second for a million records, however small they are. Large
/// ones fill memory before, and are written out for that. On a disk that is nearly full it is
/// written out sooner: logs take more room than the tables that replace them.
void Database::bound_log() {
  const Use use(uses_);
  if (!use || has_failed_) return;
  using Properties = rocksdb::DB::Properties;
  const auto total = [&](const std::string& property) {
    std::uint64_t sum = 0;
    for (auto* handle : handles_->all) {
      std::uint64_t of_family = 0;
      if (handles_->db->GetIntProperty(handle, property, &of_family)) sum += of_family;
    }
    return sum;
  };
  const auto free = DiskWatch::free_bytes_of_disk(handles_->path);
  const bool is_short = free && *free < little_room &&
                        total(Properties::kCurSizeActiveMemTable) >= most_bytes_with_little_room;
  if (!is_short && total(Properties::kNumEntriesActiveMemTable) < most_records_in_memory) return;
  rocksdb::FlushOptions options;
  options.wait = false;
  options.allow_write_stall = true;
  handles_->db->Flush(options, handles_->all).PermitUncheckedError();
}

void Database::look_once() {
  bound_log();
  const auto objection = disk_.objection();
  const Severity worst = handles_->failures->worst();
  if (worst >= Severity::kHardError && !has_failed_) {
    const std::lock_guard lock(condition_mutex_);
    fail("writing tables failed, as the file LOG in the store's folder says");
  }
  const bool is_concerned = has_failed_ || worst != Severity::kNoError;
  if (is_concerned && !objection && --looks_to_attempt_ <= 0) {
    looks_to_attempt_ = looks_between_attempts;
    mend();
  }
  const std::lock_guard lock(condition_mutex_);
  if (objection)
    set_condition({false, *objection});
  else
    set_condition({!has_failed_, has_failed_ ? failure_ : ""});
}

/// Tries to go on after a failure by opening RocksDB anew. It could resume by itself, but then it
/// may go on with a log that failed, and the next write to that ends the process.
void Database::mend() {
  if (!handles_->writers.close(readers_patience)) return;  // Until the next attempt.
  auto status = open_anew();
  const bool is_anew = status.ok();
  if (status.ok()) status = undo_failed_writes();
  if (status.ok()) uses_.open();
  std::function<void()> refresh;
  {
    const std::lock_guard lock(condition_mutex_);
    if (status.ok()) {
      has_failed_ = false;
    } else {
      failure_ = to_error(status).message +
                 "; nothing is written until the disk takes it again, which is tried on and on";
    }
    if (is_anew) refresh = when_reopened_;
  }
  handles_->writers.open();
  if (refresh) refresh();
}

/// Leaves it closed to all others when that succeeds, and when RocksDB does not open.
rocksdb::Status Database::open_anew() {
  if (handles_->db) {
    handles_->db->DisableManualCompaction();
    if (!uses_.close(readers_patience)) {
      handles_->db->EnableManualCompaction();
      return rocksdb::Status::Busy("readers have not ended yet");
    }
    handles_->close();
  }
  return handles_->open();
}

/// Erases what writes that were reported as failed may have left on the disk.
rocksdb::Status Database::undo_failed_writes() {
  rocksdb::WriteBatch writes;
  {
    const std::lock_guard lock(condition_mutex_);
    for (const auto& [family, key] : undo_)
      writes.Delete(handles_->of(family), key).PermitUncheckedError();
  }
  auto status =
      writes.Count() == 0 ? rocksdb::Status::OK() : handles_->db->Write(handles_->synced, &writes);
  const std::lock_guard lock(condition_mutex_);
  if (status.ok()) undo_.clear();
  return status;
}

}  // namespace bellwether::store
