#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace bellwether::store {

/// Looks after the folder of a store: whether it is still the one that was opened, and whether the
/// disk under it has room. RocksDB survives a full disk badly, so nothing is handed to it that may
/// not fit, and a reserve stays for what it writes by itself.
///
/// Threads  any.
/// Cost     two calls of the system every tenth of a second, or every mebibyte, that is written.
class DiskWatch {
 public:
  /// Bytes that may still be written below a folder; nothing when that is not known.
  using FreeBytes = std::function<std::optional<std::uint64_t>(const std::string& folder)>;

  /// Left free for RocksDB. Small, so that a nearly full disk is used; a flush that does not fit
  /// fails without harm and is tried again.
  static constexpr std::uint64_t reserve_bytes = 16ULL << 20U;

  explicit DiskWatch(std::string folder, FreeBytes free_bytes = free_bytes_of_disk);

  /// Why so many bytes should not be written, when so many are to stay free, with what would mend
  /// it; nothing when they may.
  std::optional<std::string> objection(std::uint64_t bytes, std::uint64_t reserve);

  /// Why not everything may be written, as far as it was tried: what did not fit once is thought to
  /// come again, until it would fit.
  std::optional<std::string> objection();

  /// Whether the folder is there, and the one it was.
  std::optional<std::string> folder_objection() const;

  static std::optional<std::uint64_t> free_bytes_of_disk(const std::string& folder);

 private:
  using Identity = std::pair<std::uint64_t, std::uint64_t>;  ///< Device and inode.

  static std::optional<Identity> identity_of(const std::string& folder);
  void look();
  std::string is_full(std::uint64_t needed) const;

  const std::string folder_;
  const FreeBytes free_bytes_;
  const std::optional<Identity> identity_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point looked_at_{};
  std::uint64_t written_since_ = 0;
  std::optional<std::string> folder_objection_;
  std::optional<std::uint64_t> free_;
  std::uint64_t wanted_ = 0;  ///< Free bytes that a write lacked.
};

}  // namespace bellwether::store
