#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"

namespace bellwether::ingest {

/// How far one file was read.
struct FileMark {
  std::string path;
  std::uint64_t inode = 0;   ///< Follows a file that is renamed; 0 where that does not matter.
  std::uint64_t offset = 0;  ///< Unpacked bytes of complete rows.
  std::uint64_t rows = 0;    ///< How many rows those were.

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

/// Errors   corrupt for anything `to_text` did not write.
Result<FilePosition> parse_file_position(std::string_view text);

}  // namespace bellwether::ingest
