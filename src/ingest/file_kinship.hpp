#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "file_bounds.hpp"
#include "file_list.hpp"
#include "file_position.hpp"

namespace bellwether::ingest {

/// What remains of a file's name when all that rotation adds is taken off: numbers and dates with
/// the mark before them, and `.gz`. `log.csv`, `log.csv.1`, `log-20260320.csv` and `log.csv.2.gz`
/// have one stem.
std::string rotation_stem(std::string_view path);

/// Sorts the files of one stem from the oldest to the newest: those with a date behind them, those
/// with a number (`log.csv.3` before `log.csv.1`), then the others, by name where nothing else
/// says.
struct RotationOrder {
  std::string stem;
  int kind = 2;          ///< 0: dated, 1: numbered, 2: neither.
  std::int64_t age = 0;  ///< Less is older; of numbered ones.
  std::string path;

  explicit RotationOrder(const std::string& file_path);
  auto operator<=>(const RotationOrder&) const = default;
};

/// Tells whether a file is another one under a new name: renamed, packed or copied.
///
/// That takes the same stem and the same beginning, of at least 256 bytes behind the first line:
/// many files begin with the same header. Less proves it only if what was read is the whole file.
///
/// Cost     reads the file's beginning once, when it is first needed; then O(1) a mark.
class FileKinship {
 public:
  FileKinship(const FoundFile& found, const FileBounds& bounds);

  bool is_file_of(const FileMark& mark);

  /// Whether it may turn out to be: it is being packed, and not yet long enough to tell.
  bool may_become(const FileMark& mark);

  /// Whether it begins as `head` says; everything begins with nothing.
  bool begins_as(const FileHead& head);

  bool is_readable() { return beginning() > 0; }

  /// Its own head, as long as can be.
  FileHead head();

 private:
  std::uint64_t beginning();

  const FoundFile& found_;
  const FileBounds& bounds_;
  std::string stem_;
  bool is_loaded_ = false;
  std::uint64_t first_line_bytes_ = 0;
  /// Of the first 0, 1, 2, ... bytes; of one more than a head has, so that an end shows.
  std::vector<std::uint64_t> hashes_;
};

/// The file of `mark` elsewhere in its folder, as rotation leaves it there: by its inode, or else
/// by kinship. Looks at the files that have its stem.
std::optional<FoundFile> find_rotated(const FileMark& mark, const FileBounds& bounds);

}  // namespace bellwether::ingest
