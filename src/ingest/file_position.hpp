#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// The beginning of a file, unpacked, by which it is known again: under another name, packed or
/// copied.
struct FileHead {
  static constexpr std::uint64_t most_bytes = 4096;

  std::uint64_t length_bytes = 0;  ///< How much of the beginning this is of.
  std::uint64_t hash = 0;          ///< FNV-1a, 64 bits.

  bool operator==(const FileHead&) const = default;
};

FileHead head_of(std::string_view beginning);

/// The hash of a beginning and one byte more.
constexpr std::uint64_t hash_after(std::uint64_t hash, char next) {
  return (hash ^ static_cast<unsigned char>(next)) * 1'099'511'628'211U;
}

/// How far one file was read.
struct FileMark {
  std::string path;
  std::uint64_t inode = 0;   ///< Follows a file that is renamed; 0 where that does not matter.
  std::uint64_t offset = 0;  ///< Unpacked bytes of complete rows.
  std::uint64_t rows = 0;    ///< How many rows those were.
  FileHead head;             ///< Of no byte where that does not matter, or is not known.

  bool operator==(const FileMark&) const = default;
};

/// Where a file source stands.
///
/// Files read once are read in order of name, so that one mark says it all; of followed files each
/// has its own.
struct FilePosition {
  bool is_historical = false;
  std::vector<FileMark> marks;

  bool operator==(const FilePosition&) const = default;
};

/// One line of text per mark (docs/formats/source_positions.md).
std::string to_text(const FilePosition& position);

/// Also reads version 1, which had no heads.
///
/// Errors   corrupt for anything `to_text` did not write.
Result<FilePosition> parse_file_position(std::string_view text);

}  // namespace bellwether::ingest
