#include "database.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/write_batch.h>

#include "bellwether/base/log.hpp"
#include "bellwether/base/private_folder.hpp"
#include "bellwether/base/worker_pool.hpp"

#include "database_handles.hpp"
#include "format_version.hpp"
#include "keys.hpp"
#include "rocksdb_error.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t reader_count = 8;  // At a time, the caller among them.
/// Above it, a range is erased by one mark. Below, marks would be as many as what they cover.
constexpr std::size_t most_erased_by_key = 128;
/// Of one family in memory; reads cost about 100 bytes for each, and for each pair that overlaps.
constexpr std::uint32_t most_range_deletions = 128;

/// Below it, writes wait for each other.
constexpr std::uint64_t little_room = 8 * DiskWatch::reserve_bytes;

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

/// Which list of files is current, and how far it is written: it grows whenever files come or go.
std::string manifest_state(const std::filesystem::path& directory) {
  std::string name;
  std::getline(std::ifstream(directory / "CURRENT"), name);
  std::error_code error;
  const auto length = std::filesystem::file_size(directory / name, error);
  return name + " " + std::to_string(error ? 0 : length);
}

Error is_being_opened() {
  return unavailable("the store is being opened anew after a failure; try again in a moment");
}

}  // namespace

KeyRange keys_beginning_with(std::string_view prefix) {
  return {std::string(prefix), after_prefix(prefix)};
}

/// Opens for reading at an instant when a writer changed nothing about which files there are: else
/// the list of files read first and the log read last would not belong together.
rocksdb::Status Database::open_between_changes(Handles& handles) {
  constexpr int max_attempts = 25;
  for (int attempt = 1;; ++attempt) {
    const std::string before = manifest_state(handles.path);
    auto status = handles.open();
    if (before == manifest_state(handles.path)) return status;
    handles.close();
    if (attempt == max_attempts)
      return rocksdb::Status::Busy("the process that writes it is too busy; try again later");
    std::this_thread::sleep_for(attempt * std::chrono::milliseconds(10));
  }
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access,
                                                 const OpenOptions& options) {
  if (access != Access::read_write) {
    if (auto exists = check_exists(path); !exists) return exists.error();
  } else {
    if (auto made = make_private_folder(path); !made)
      return while_doing("opening store '" + path + "'", made.error());
    if (const auto warning = warn_of_open_folder(path)) log_warning("store", *warning);
  }
  auto handles = std::make_unique<Handles>();
  handles->path = path;
  handles->is_read_only = access != Access::read_write;
  handles->env = options.env;
  const auto opened = handles->is_read_only ? open_between_changes(*handles) : handles->open();
  if (!opened.ok()) return to_open_error(opened, path);
  std::unique_ptr<Database> database(new Database(std::move(handles), options));
  const auto checked = access == Access::files_only ? refuse_newer_format(*database)
                                                    : check_format_version(*database);
  if (!checked) return while_doing("opening store '" + path + "'", checked.error());
  if (access == Access::read_write)
    database->keeper_ =
        std::jthread([&kept = *database](const std::stop_token& stop) { kept.look_after(stop); });
  return database;
}

Result<void> Database::check_exists(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::path(path) / "CURRENT", error))
    return not_found("opening store '" + path + "': there is no store in this directory");
  return ok();
}

Database::Database(std::unique_ptr<Handles> handles, const OpenOptions& options)
    : handles_(std::move(handles)),
      readers_(std::make_unique<WorkerPool>(reader_count)),
      disk_(handles_->path, options.free_bytes),
      look_every_(options.look_every) {}
Database::~Database() = default;

const std::string& Database::path() const { return handles_->path; }
const std::vector<std::string>& Database::damages() const { return handles_->damages; }
bool Database::is_read_only() const { return handles_->is_read_only; }

Result<std::optional<std::string>> Database::get(Family family, std::string_view key,
                                                 const Snapshot* snapshot) const {
  const Use use(uses_);
  // What a snapshot holds is open as long as the snapshot is.
  if (snapshot != nullptr ? !snapshot->use_ : !use) return is_being_opened();
  rocksdb::ReadOptions options;
  if (snapshot != nullptr)
    options.snapshot = static_cast<const rocksdb::Snapshot*>(snapshot->held_);
  std::string value;
  const auto status = handles_->db->Get(options, handles_->of(family), slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  if (!status.ok()) return to_error(status);
  return std::optional(std::move(value));
}

void Database::read_side_by_side(std::size_t count,
                                 const std::function<void(std::size_t)>& read) const {
  readers_->for_each_index(count, [&](std::size_t index, std::size_t /*lane*/) { read(index); });
}

struct Cursor::Bounds {
  std::string from;
  std::string to;
  rocksdb::Slice lower;
  rocksdb::Slice upper;
};

Cursor Database::scan(Family family, const KeyRange& range, const ScanOptions& options) const {
  Use use(uses_);
  // Beside a snapshot it must be let in too, for it may outlive that.
  if (!use || (options.snapshot != nullptr && !options.snapshot->use_))
    return {std::move(use), nullptr, nullptr, false};
  auto bounds = std::make_unique<Cursor::Bounds>();
  bounds->from = range.from;
  bounds->to = range.to;
  bounds->lower = bounds->from;
  bounds->upper = bounds->to;
  rocksdb::ReadOptions read;
  read.iterate_lower_bound = &bounds->lower;
  if (!range.to.empty()) read.iterate_upper_bound = &bounds->upper;
  if (options.snapshot != nullptr)
    read.snapshot = static_cast<const rocksdb::Snapshot*>(options.snapshot->held_);
  read.fill_cache = !options.is_bulk;
  read.readahead_size = options.readahead_bytes;
  std::unique_ptr<rocksdb::Iterator> iterator(
      handles_->db->NewIterator(read, handles_->of(family)));
  if (options.newest_key_first)
    iterator->SeekToLast();
  else
    iterator->Seek(bounds->lower);
  return {std::move(use), std::move(bounds), std::move(iterator), options.newest_key_first};
}

Result<void> Database::write(Batch& batch, Durability durability) {
  if (auto writable = check_writable(batch); !writable) return writable;
  const Use writing(handles_->writers);
  if (!writing) return is_being_opened();
  std::unique_lock alone(handles_->alone, std::defer_lock);
  const auto free = DiskWatch::free_bytes_of_disk(handles_->path);
  if (free && *free < little_room) alone.lock();
  if (has_failed_) return unavailable(condition().detail);
  const auto& options = durability == Durability::synced ? handles_->synced : handles_->buffered;
  if (const auto status = handles_->db->Write(options, batch.writes_.get()); !status.ok())
    return note_failed_write(status, batch);
  erased_ranges_.add(batch.erased_);
  bound_range_deletions(batch.range_deletions_);
  return ok();
}

Result<void> Database::erase_range(Batch& batch, Family family, const KeyRange& range) const {
  std::vector<std::string> keys;
  auto cursor = scan(family, range);
  for (; cursor.valid() && keys.size() <= most_erased_by_key; cursor.next())
    keys.emplace_back(cursor.key());
  if (auto status = cursor.status(); !status) return status;
  if (keys.empty()) return ok();
  batch.makes_room_ = true;
  if (family == Family::frames || family == Family::chunks)
    batch.erased_.push_back({family, range});
  if (keys.size() <= most_erased_by_key) {
    for (const std::string& key : keys) batch.erase(family, key);
    return ok();
  }
  batch.writes_->DeleteRange(handles_->of(family), slice(keys.front()), slice(range.to))
      .PermitUncheckedError();
  batch.range_deletions_.push_back(family);
  return ok();
}

/// Writes a family out before too many range deletions are in memory, without waiting for it.
void Database::bound_range_deletions(const std::vector<Family>& added) {
  for (const Family family : added) {
    auto& count = handles_->range_deletions[static_cast<std::size_t>(family)];
    if (++count < most_range_deletions) continue;
    count = 0;
    rocksdb::FlushOptions options;
    options.wait = false;
    options.allow_write_stall = true;
    handles_->db->Flush(options, handles_->of(family)).PermitUncheckedError();
  }
}

std::uint64_t Database::estimate_records(Family family) const {
  std::uint64_t records = 0;
  const Use use(uses_);
  if (!use) return records;
  handles_->db->GetIntProperty(handles_->of(family), rocksdb::DB::Properties::kEstimateNumKeys,
                               &records);
  return records;
}

Result<void> Database::verify_checksums() const {
  const Use use(uses_);
  if (!use) return is_being_opened();
  if (const auto status = handles_->db->VerifyChecksum(); !status.ok()) return to_error(status);
  return ok();
}

Result<void> Database::copy_files_to(const std::string& directory) const {
  const Use use(uses_);
  if (!use) return is_being_opened();
  rocksdb::Checkpoint* made = nullptr;
  if (const auto status = rocksdb::Checkpoint::Create(handles_->db.get(), &made); !status.ok())
    return to_error(status);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (const auto status = checkpoint->CreateCheckpoint(directory); !status.ok())
    return to_error(status);
  return ok();
}

Result<bool> Database::reclaim(const std::stop_token& stop, std::uint64_t least_bytes) {
  std::vector<ErasedRange> ranges = erased_ranges_.take();
  bool is_given = false;
  for (; !ranges.empty(); ranges.pop_back()) {
    const auto given = reclaim_range(ranges.back(), stop, least_bytes);
    if (given && !stop.stop_requested()) {
      is_given |= *given;
      continue;
    }
    erased_ranges_.add(ranges);  // For the next call.
    if (!given && !stop.stop_requested()) return given.error();
    break;
  }
  return is_given;
}

Result<bool> Database::reclaim_range(const ErasedRange& range, const std::stop_token& stop,
                                     std::uint64_t least_bytes) {
  const Use use(uses_);
  if (!use) return is_being_opened();
  auto* handle = handles_->of(range.family);
  const rocksdb::Slice from = slice(range.keys.from);
  const rocksdb::Slice to = slice(range.keys.to);
  const rocksdb::Range keys(from, to);
  std::uint64_t bytes = 0;
  if (const auto status = handles_->db->GetApproximateSizes({}, handle, &keys, 1, &bytes);
      !status.ok())
    return to_error(status);
  if (bytes < least_bytes) return false;
  std::atomic<bool> is_stopped = false;
  const std::stop_callback on_stop(stop, [&] { is_stopped = true; });
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &is_stopped;
  if (const auto status = handles_->db->CompactRange(options, handle, &from, &to); !status.ok())
    return to_error(status);
  return true;
}

Result<void> Database::sync() {
  if (const auto status = handles_->db->SyncWAL(); !status.ok()) return to_error(status);
  return ok();
}

Result<void> Database::flush() {
  const Use use(uses_);
  if (!use) return is_being_opened();
  if (const auto status = handles_->db->Flush({}, handles_->all); !status.ok())
    return to_error(status);
  return ok();
}

void Database::write_without_log() {
  handles_->synced.sync = false;
  handles_->synced.disableWAL = true;
  handles_->buffered.disableWAL = true;
}

Batch::Batch(const Database& database, std::size_t expected_bytes)
    : database_(database),
      use_(database.uses_),
      writes_(std::make_unique<rocksdb::WriteBatch>(expected_bytes)) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;

// What is added to a batch fails only beyond 4 GiB, and then the write says so. It says so too when
// the database was closed as the batch was made.
void Batch::put(Family family, std::string_view key, std::string_view value) {
  if (!use_) return;
  writes_->Put(database_.handles_->of(family), slice(key), slice(value)).PermitUncheckedError();
}

void Batch::put_or_undo(Family family, std::string_view key, std::string_view value) {
  put(family, key, value);
  undo_.emplace_back(family, key);
}

void Batch::erase(Family family, std::string_view key) {
  if (!use_) return;
  writes_->Delete(database_.handles_->of(family), slice(key)).PermitUncheckedError();
}

std::size_t Batch::byte_count() const { return writes_->GetDataSize(); }

void Batch::clear() {
  writes_->Clear();
  erased_.clear();
  range_deletions_.clear();
  undo_.clear();
  makes_room_ = false;
}

Snapshot::Snapshot(const Database& database)
    : database_(database),
      use_(database.uses_),
      held_(database.is_read_only() || !use_ ? nullptr : database.handles_->db->GetSnapshot()) {}

Snapshot::~Snapshot() {
  if (held_ != nullptr)
    database_.handles_->db->ReleaseSnapshot(static_cast<const rocksdb::Snapshot*>(held_));
}

Cursor::Cursor(Use use, std::unique_ptr<Bounds> bounds, std::unique_ptr<rocksdb::Iterator> iterator,
               bool goes_back)
    : use_(std::move(use)),
      bounds_(std::move(bounds)),
      iterator_(std::move(iterator)),
      goes_back_(goes_back) {}
Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;

bool Cursor::valid() const { return iterator_ != nullptr && iterator_->Valid(); }
std::string_view Cursor::key() const { return view(iterator_->key()); }
std::string_view Cursor::value() const { return view(iterator_->value()); }

void Cursor::next() {
  if (goes_back_)
    iterator_->Prev();
  else
    iterator_->Next();
}

void Cursor::seek(std::string_view key) {
  if (iterator_ != nullptr) iterator_->Seek(slice(key));
}

Result<void> Cursor::status() const {
  if (iterator_ == nullptr) return is_being_opened();
  if (const auto status = iterator_->status(); !status.ok()) return to_error(status);
  return ok();
}

}  // namespace bellwether::store
