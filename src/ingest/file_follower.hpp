#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"

#include "file_cursor.hpp"
#include "file_list.hpp"
#include "file_position.hpp"

namespace bellwether::ingest {

/// Reads what is appended to the files of a pattern, and the files that appear.
///
/// A file is known by its inode: one that is renamed is not read twice, one that is replaced or cut
/// short is read from its beginning, and of one that vanishes what was left unread is read first.
/// A line counts when its line break has come. A file that cannot be read is counted as one refused
/// row and tried again when it grows.
class FileFollower {
 public:
  FileFollower(const RowSchema& schema, const FileSourceSpec& files,
               const std::vector<FileMark>& from);

  /// Looks what is there and what has grown.
  void look();

  /// Reads a piece of the first file that has more into `batch`. False when none has.
  bool read(RowBatch& batch, std::optional<TimePoint> latest_allowed);

  std::vector<FileMark> marks() const;

 private:
  static constexpr std::size_t most_open_files = 64;

  struct Followed {
    FileMark mark;
    std::unique_ptr<FileCursor> cursor;  ///< Of a file that was read lately.
    std::uint64_t length_bytes = 0;      ///< As last seen.
    std::uint64_t read_to_bytes = 0;     ///< The length at which nothing more was there.
    bool is_gone = false;

    bool has_more() const { return length_bytes > read_to_bytes || (is_gone && cursor); }
  };

  void take_note(const FoundFile& found);
  bool read_one(Followed& file, RowBatch& batch, std::optional<TimePoint> latest_allowed);
  Result<bool> open(Followed& file);
  bool has_many_open() const;
  void refuse_file(Followed& file, RowBatch& batch, const Error& error);

  RowSchema schema_;
  FileSourceSpec files_;
  std::vector<Followed> followed_;  ///< By path.
};

}  // namespace bellwether::ingest
