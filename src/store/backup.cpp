#include "backup.hpp"

#include <filesystem>
#include <system_error>

#include "bellwether/base/private_folder.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t copy_batch_bytes = std::size_t{4} << 20U;
constexpr std::size_t copy_readahead_bytes = std::size_t{1} << 20U;

/// Makes sure that nothing can be overwritten: the place is free, and its parent is there.
Result<void> make_room(const std::string& directory) {
  std::error_code error;
  const fs::path place = fs::absolute(directory, error).lexically_normal();
  if (directory.empty() || error) return invalid_input("the target must name a directory");
  if (fs::exists(place, error)) {
    if (!fs::is_directory(place, error) || !fs::is_empty(place, error))
      return already_exists("'" + directory +
                            "' exists and is not an empty directory; nothing is "
                            "overwritten, choose another");
    fs::remove(place, error);
  }
  if (!error) fs::create_directories(place.parent_path(), error);
  if (error) return unavailable("making room at '" + directory + "': " + error.message());
  return ok();
}

Result<void> copy_family(const Database& source, Family family, Database& target) {
  Batch batch(target);
  auto cursor = source.scan(family, {}, {.is_bulk = true, .readahead_bytes = copy_readahead_bytes});
  for (; cursor.valid(); cursor.next()) {
    batch.put(family, cursor.key(), cursor.value());
    if (batch.byte_count() < copy_batch_bytes) continue;
    if (auto written = target.write(batch, Durability::buffered); !written) return written;
    batch.clear();
  }
  if (auto status = cursor.status(); !status) return status;
  return target.write(batch, Durability::buffered);
}

Result<void> copy_records(const Database& source, const std::string& directory) {
  auto target = Database::open(directory, Database::Access::read_write);
  if (!target) return target.error();
  (*target)->write_without_log();
  for (const Family family : all_families)
    if (auto copied = copy_family(source, family, **target); !copied)
      return while_doing("copying " + std::string(to_string(family)), copied.error());
  return (*target)->flush();
}

bool is_part_of_store(const fs::path& file) {
  const std::string name = file.filename().string();
  return name != "LOCK" && !name.starts_with("LOG");
}

Result<void> copy_directory(const std::string& from, const std::string& to) {
  if (auto made = make_private_folder(to); !made) return made;
  std::error_code error;
  for (fs::directory_iterator file(from, error), end; !error && file != end;
       file.increment(error)) {
    if (!is_part_of_store(file->path())) continue;
    fs::copy_file(file->path(), fs::path(to) / file->path().filename(), error);
    if (error) return unavailable("copying '" + file->path().string() + "': " + error.message());
  }
  if (error) return unavailable(error.message());
  return ok();
}

}  // namespace

Result<void> backup_database(const Database& database, const std::string& directory) {
  const std::string activity = "backing up '" + database.path() + "' to '" + directory + "'";
  if (auto room = make_room(directory); !room) return while_doing(activity, room.error());
  const auto copied = database.is_read_only() ? copy_records(database, directory)
                                              : database.copy_files_to(directory);
  std::error_code ignored;
  if (copied) {
    // RocksDB makes the folder as the umask has it.
    fs::permissions(directory, fs::perms::owner_all, ignored);
    return ok();
  }
  fs::remove_all(directory, ignored);
  return while_doing(activity, copied.error());
}

Result<void> backup_store(const std::string& path, const std::string& directory) {
  if (auto exists = Database::check_exists(path); !exists) return exists.error();
  const auto own = Database::open(path, Database::Access::read_write);
  if (own) return backup_database(**own, directory);
  if (own.error().code != ErrorCode::unavailable && own.error().code != ErrorCode::forbidden)
    return own.error();
  // A server holds it, or it is another user's, who must still be able to open what is in it: read
  // beside.
  const auto beside = Database::open(path, Database::Access::read_only);
  if (!beside) return beside.error();
  return backup_database(**beside, directory);
}

Result<void> restore_store(const std::string& backup, const std::string& path) {
  const std::string activity = "restoring '" + backup + "' to '" + path + "'";
  {
    const auto source = Database::open(backup, Database::Access::files_only);
    if (!source) return while_doing(activity, source.error());
    if (auto sound = (*source)->verify_checksums(); !sound)
      return while_doing(activity, sound.error());
  }
  if (auto room = make_room(path); !room) return while_doing(activity, room.error());
  // Under another name until it is whole, so that a half copy is never taken for a store.
  std::error_code error;
  fs::path whole = fs::absolute(path, error).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();  // It was given with a slash at its end.
  const std::string half = whole.string() + ".restoring";
  fs::remove_all(half, error);
  if (auto copied = copy_directory(backup, half); !copied) {
    fs::remove_all(half, error);
    return while_doing(activity, copied.error());
  }
  fs::rename(half, whole, error);
  if (error) return while_doing(activity, unavailable(error.message()));
  return ok();
}

}  // namespace bellwether::store
