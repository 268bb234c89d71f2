#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

#include "file_bounds.hpp"
#include "gzip_inflater.hpp"

namespace bellwether::ingest {

/// A file's bytes, unpacked if it is gzip, from any place on.
///
/// Errors   unavailable when the file cannot be opened or read, invalid_input for damaged gzip and
///          for what is no regular file or lies out of bounds.
class FileBytes {
 public:
  static Result<std::unique_ptr<FileBytes>> open(const std::string& path, const FileBounds& bounds);
  ~FileBytes();
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  /// Goes to a place of the unpacked bytes; in gzip that costs unpacking from the beginning.
  void seek(std::uint64_t offset);

  /// Whether the place lies beyond the end, so that the file is not what it was. Gzip never says.
  bool is_beyond_end(std::uint64_t offset) const;

  using OnBytes = GzipInflater::OnBytes;

  /// Reads the next piece and hands on what it unpacks to. False when nothing more is there now.
  Result<bool> read(const OnBytes& on_bytes);

  /// Nothing more will come: hands on what was held back, and fails in the middle of gzip data.
  Result<void> finish(const OnBytes& on_bytes);

  /// The first bytes, unpacked, at most as many as asked for; wherever reading stands.
  Result<std::string> head(std::size_t most_bytes) const;

  /// The file behind the name when it was opened.
  std::uint64_t inode() const { return inode_; }

 private:
  enum class Kind : std::uint8_t { unknown, plain, gzip };

  FileBytes(std::string path, int descriptor, std::uint64_t inode);

  Result<void> find_kind();
  Result<std::string_view> read_piece(std::size_t most_bytes);

  std::string path_;
  int descriptor_;
  std::uint64_t inode_;
  Kind kind_ = Kind::unknown;        ///< Until the file has two bytes.
  std::uint64_t place_ = 0;          ///< In the file as it lies on disk.
  std::uint64_t bytes_to_skip_ = 0;  ///< Unpacked ones, after going to a place in gzip.
  std::unique_ptr<GzipInflater> inflater_;
  std::vector<char> piece_;
};

}  // namespace bellwether::ingest
