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

#include "bellwether/base/worker_pool.hpp"

#include "database_options.hpp"
#include "format_version.hpp"
#include "keys.hpp"
#include "rocksdb_error.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t block_cache_bytes = std::size_t{64} << 20U;
constexpr std::size_t reader_count = 8;  // At a time, the caller among them.

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& text) { return {text.data(), text.size()}; }

/// Every family on disk, also those of a newer release, so that its version can be read; and ours.
std::vector<std::string> family_names(const std::string& path, const rocksdb::DBOptions& options,
                                      bool is_read_only) {
  std::vector<std::string> names;
  // A database that does not exist yet lists nothing.
  if (!rocksdb::DB::ListColumnFamilies(options, path, &names).ok()) names.clear();
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  add(rocksdb::kDefaultColumnFamilyName);
  const bool is_ours =
      std::find(names.begin(), names.end(), to_string(Family::meta)) != names.end();
  // A family that is missing cannot be made there; who wrote it is told by its version.
  if (is_read_only && is_ours) return names;
  for (const Family family : all_families) add(std::string(to_string(family)));
  return names;
}

/// Which list of files is current, and how far it is written: it grows whenever files come or go.
std::string manifest_state(const std::filesystem::path& directory) {
  std::string name;
  std::getline(std::ifstream(directory / "CURRENT"), name);
  std::error_code error;
  const auto length = std::filesystem::file_size(directory / name, error);
  return name + " " + std::to_string(error ? 0 : length);
}

}  // namespace

KeyRange keys_beginning_with(std::string_view prefix) {
  return {std::string(prefix), after_prefix(prefix)};
}

struct Database::Handles {
  std::string path;
  bool is_read_only = false;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> all;
  std::array<rocksdb::ColumnFamilyHandle*, all_families.size()> families{};
  rocksdb::WriteOptions synced;
  rocksdb::WriteOptions buffered;

  ~Handles() { close(); }

  rocksdb::ColumnFamilyHandle* of(Family family) const {
    return families[static_cast<std::size_t>(family)];
  }

  rocksdb::Status open() {
    const rocksdb::DBOptions options = database_options(is_read_only);
    const auto cache = rocksdb::NewLRUCache(block_cache_bytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    for (const auto& name : family_names(path, options, is_read_only))
      descriptors.emplace_back(name, family_options(name, cache));
    rocksdb::DB* opened = nullptr;
    const auto status =
        is_read_only ? rocksdb::DB::OpenForReadOnly(options, path, descriptors, &all, &opened)
                     : rocksdb::DB::Open(options, path, descriptors, &all, &opened);
    db.reset(opened);
    for (auto* handle : all)
      for (const Family family : all_families)
        if (handle->GetName() == to_string(family))
          families[static_cast<std::size_t>(family)] = handle;
    synced.sync = true;
    return status;
  }

  void close() {
    if (!db) return;
    for (auto* handle : all) db->DestroyColumnFamilyHandle(handle);
    all.clear();
    db->Close().PermitUncheckedError();
    db.reset();
  }
};

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

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Access access) {
  if (access != Access::read_write) {
    if (auto exists = check_exists(path); !exists) return exists.error();
  } else {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) return while_doing("opening store '" + path + "'", unavailable(error.message()));
  }
  auto handles = std::make_unique<Handles>();
  handles->path = path;
  handles->is_read_only = access != Access::read_write;
  const auto opened = handles->is_read_only ? open_between_changes(*handles) : handles->open();
  if (!opened.ok()) return to_open_error(opened, path);
  std::unique_ptr<Database> database(new Database(std::move(handles)));
  const auto checked = access == Access::files_only ? refuse_newer_format(*database)
                                                    : check_format_version(*database);
  if (!checked) return while_doing("opening store '" + path + "'", checked.error());
  return database;
}

Result<void> Database::check_exists(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::path(path) / "CURRENT", error))
    return not_found("opening store '" + path + "': there is no store in this directory");
  return ok();
}

Database::Database(std::unique_ptr<Handles> handles)
    : handles_(std::move(handles)), readers_(std::make_unique<WorkerPool>(reader_count)) {}
Database::~Database() = default;

const std::string& Database::path() const { return handles_->path; }
bool Database::is_read_only() const { return handles_->is_read_only; }

Result<std::optional<std::string>> Database::get(Family family, std::string_view key,
                                                 const Snapshot* snapshot) const {
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
  return {std::move(bounds), std::move(iterator), options.newest_key_first};
}

Result<void> Database::write(Batch& batch, Durability durability) {
  if (handles_->is_read_only) return internal_error("the store was opened for reading alone");
  const auto& options = durability == Durability::synced ? handles_->synced : handles_->buffered;
  if (const auto status = handles_->db->Write(options, batch.writes_.get()); !status.ok())
    return to_error(status);
  erased_ranges_.add(batch.erased_);
  return ok();
}

std::uint64_t Database::estimate_records(Family family) const {
  std::uint64_t records = 0;
  handles_->db->GetIntProperty(handles_->of(family), rocksdb::DB::Properties::kEstimateNumKeys,
                               &records);
  return records;
}

Result<void> Database::verify_checksums() const {
  if (const auto status = handles_->db->VerifyChecksum(); !status.ok()) return to_error(status);
  return ok();
}

Result<void> Database::copy_files_to(const std::string& directory) const {
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
    : database_(database), writes_(std::make_unique<rocksdb::WriteBatch>(expected_bytes)) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;

// What is added to a batch fails only beyond 4 GiB, and then the write says so.
void Batch::put(Family family, std::string_view key, std::string_view value) {
  writes_->Put(database_.handles_->of(family), slice(key), slice(value)).PermitUncheckedError();
}

void Batch::erase(Family family, std::string_view key) {
  writes_->Delete(database_.handles_->of(family), slice(key)).PermitUncheckedError();
}

void Batch::erase(Family family, const KeyRange& range) {
  writes_->DeleteRange(database_.handles_->of(family), slice(range.from), slice(range.to))
      .PermitUncheckedError();
  if (family == Family::frames || family == Family::chunks) erased_.push_back({family, range});
}

std::size_t Batch::byte_count() const { return writes_->GetDataSize(); }

void Batch::clear() {
  writes_->Clear();
  erased_.clear();
}

Snapshot::Snapshot(const Database& database)
    : database_(database),
      held_(database.is_read_only() ? nullptr : database.handles_->db->GetSnapshot()) {}

Snapshot::~Snapshot() {
  if (held_ != nullptr)
    database_.handles_->db->ReleaseSnapshot(static_cast<const rocksdb::Snapshot*>(held_));
}

Cursor::Cursor(std::unique_ptr<Bounds> bounds, std::unique_ptr<rocksdb::Iterator> iterator,
               bool goes_back)
    : bounds_(std::move(bounds)), iterator_(std::move(iterator)), goes_back_(goes_back) {}
Cursor::~Cursor() = default;
Cursor::Cursor(Cursor&&) noexcept = default;

bool Cursor::valid() const { return iterator_->Valid(); }
std::string_view Cursor::key() const { return view(iterator_->key()); }
std::string_view Cursor::value() const { return view(iterator_->value()); }

void Cursor::next() {
  if (goes_back_)
    iterator_->Prev();
  else
    iterator_->Next();
}

void Cursor::seek(std::string_view key) { iterator_->Seek(slice(key)); }

Result<void> Cursor::status() const {
  if (const auto status = iterator_->status(); !status.ok()) return to_error(status);
  return ok();
}

}  // namespace bellwether::store
