#include "disk_watch.hpp"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <string_view>

namespace bellwether::store {
namespace {

constexpr std::chrono::milliseconds look_every{100};
constexpr std::uint64_t look_every_bytes = 1ULL << 20U;
/// A record is written to the log and, later, to a table.
constexpr std::uint64_t copies = 2;

}  // namespace

DiskWatch::DiskWatch(std::string folder, FreeBytes free_bytes)
    : folder_(std::move(folder)),
      free_bytes_(std::move(free_bytes)),
      identity_(identity_of(folder_)) {}

std::optional<std::string> DiskWatch::objection(std::uint64_t bytes, std::uint64_t reserve) {
  const std::lock_guard lock(mutex_);
  written_since_ += bytes;
  const bool is_old = std::chrono::steady_clock::now() - looked_at_ >= look_every;
  if (is_old || written_since_ >= look_every_bytes) look();
  if (folder_objection_) return folder_objection_;
  const std::uint64_t needed = reserve + copies * bytes;
  if (!free_ || *free_ >= needed) return std::nullopt;
  wanted_ = std::max(wanted_, needed);
  return is_full(needed);
}

std::optional<std::string> DiskWatch::objection() {
  const std::lock_guard lock(mutex_);
  look();
  if (folder_objection_) return folder_objection_;
  const std::uint64_t needed = std::max(reserve_bytes, wanted_);
  if (free_ && *free_ < needed) return is_full(needed);
  wanted_ = 0;
  return std::nullopt;
}

std::string DiskWatch::is_full(std::uint64_t needed) const {
  constexpr std::uint64_t mebibyte = 1ULL << 20U;
  return "the disk is full: " + std::to_string(*free_ / mebibyte) + " MiB are free for '" +
         folder_ + "', " + std::to_string((needed + mebibyte - 1) / mebibyte) +
         " MiB must be; make room, and it goes on by itself";
}

std::optional<std::string> DiskWatch::folder_objection() const {
  const auto now = identity_of(folder_);
  struct stat current {};
  const bool has_list = ::stat((folder_ + "/CURRENT").c_str(), &current) == 0;
  if (now && now == identity_ && has_list) return std::nullopt;
  const std::string_view what = !now ? "removed" : now != identity_ ? "replaced" : "emptied";
  return "its folder '" + folder_ + "' was " + std::string(what) +
         " while the server runs, and what is written now would be lost; stop the server, put the "
         "folder back or restore a backup, and start it again";
}

void DiskWatch::look() {
  looked_at_ = std::chrono::steady_clock::now();
  written_since_ = 0;
  folder_objection_ = folder_objection();
  free_ = free_bytes_(folder_);
}

std::optional<std::uint64_t> DiskWatch::free_bytes_of_disk(const std::string& folder) {
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) != 0) return std::nullopt;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

std::optional<DiskWatch::Identity> DiskWatch::identity_of(const std::string& folder) {
  struct stat found {};
  if (::stat(folder.c_str(), &found) != 0) return std::nullopt;
  return Identity{found.st_dev, found.st_ino};
}

}  // namespace bellwether::store
