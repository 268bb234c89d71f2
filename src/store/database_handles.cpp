#include "database_handles.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "database_options.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t block_cache_bytes = std::size_t{64} << 20U;

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

/// RocksDB always keeps the log it writes, so a store without any had it taken away. A backup has
/// none, and was never written to: it has no lock either.
bool lacks_log(const std::string& path) {
  std::error_code error;
  const std::filesystem::path folder(path);
  for (const char* sign : {"CURRENT", "LOCK"})
    if (!std::filesystem::exists(folder / sign, error)) return false;
  for (std::filesystem::directory_iterator file(path, error), end; !error && file != end;
       file.increment(error))
    if (file->path().extension() == ".log") return false;
  return !error;
}

}  // namespace

void FailureListener::OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                                        rocksdb::Status* error) {
  using Reason = rocksdb::BackgroundErrorReason;
  const bool is_of_log = reason == Reason::kWriteCallback || reason == Reason::kMemTable;
  note(is_of_log ? rocksdb::Status::Severity::kFatalError : error->severity());
}

void FailureListener::note(rocksdb::Status::Severity severity) {
  auto worst = worst_.load();
  while (severity > worst && !worst_.compare_exchange_weak(worst, severity)) {
  }
}

void FailureListener::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                           rocksdb::Status error, bool* is_automatic) {
  error.PermitUncheckedError();
  *is_automatic = false;
}

rocksdb::Status Database::Handles::open() {
  rocksdb::DBOptions options = database_options(is_read_only);
  if (env != nullptr) options.env = env;
  options.wal_filter = &log_filter;
  log_filter.begin();
  damages.clear();
  if (lacks_log(path))
    damages.push_back(
        "there is no log file (*.log) in the folder: it was removed, and what was "
        "not in tables yet is lost; restore a backup where that matters");
  options.listeners.push_back(failures);
  const auto cache = rocksdb::NewLRUCache(block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const auto& name : family_names(path, options, is_read_only))
    descriptors.emplace_back(name, family_options(name, cache));
  failures->forget();
  rocksdb::DB* opened = nullptr;
  const auto status = is_read_only
                          ? rocksdb::DB::OpenForReadOnly(options, path, descriptors, &all, &opened)
                          : rocksdb::DB::Open(options, path, descriptors, &all, &opened);
  db.reset(opened);
  damages.insert(damages.end(), log_filter.gaps().begin(), log_filter.gaps().end());
  for (auto* handle : all)
    for (const Family family : all_families)
      if (handle->GetName() == to_string(family))
        families[static_cast<std::size_t>(family)] = handle;
  for (auto& count : range_deletions) count = 0;
  synced.sync = true;
  return status;
}

void Database::Handles::close() {
  if (!db) return;
  for (auto* handle : all) db->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  all.clear();
  families = {};
  db->Close().PermitUncheckedError();
  db.reset();
}

}  // namespace bellwether::store
