#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"

#include "file_bounds.hpp"
#include "file_cursor.hpp"
#include "file_list.hpp"
#include "file_position.hpp"

namespace bellwether::ingest {

/// Reads what is appended to the files of a pattern, and the files that appear.
///
/// A file is known by its inode: one that is renamed is not read twice. One that begins otherwise
/// than it did, or was cut short, is another one, and read from its beginning. Of one that vanishes
/// or is cut what was left unread is read first, as long as it is still open, or lies beside under
/// a name that rotation gives (`find_rotated`). A rotated file that appears once more, packed or
/// copied, is taken up where reading had stopped; while its original is still there it waits. Files
/// of one stem are read from the oldest to the newest (`RotationOrder`).
///
/// A line counts when its line break has come. A file that cannot be read is counted as one refused
/// row and tried again when it grows.
///
/// Cost     a look costs O(files log files), and reads the beginning of each file that has grown.
class FileFollower {
 public:
  FileFollower(const RowSchema& schema, const FileSourceSpec& files,
               const std::vector<FileMark>& from);

  /// Looks what is there and what has grown.
  void look();

  /// Reads from the files that have more into `batch`, until it is a fair amount. False when there
  /// is nothing.
  bool read(RowBatch& batch, std::optional<TimePoint> latest_allowed);

  std::vector<FileMark> marks() const;

 private:
  static constexpr std::size_t most_open_files = 64;
  static constexpr std::size_t most_remembered_files = 256;
  static constexpr std::size_t most_needless_searches = 16;
  static constexpr std::uint64_t rows_of_a_batch = 4096;

  struct Followed {
    FileMark mark;
    std::unique_ptr<FileCursor> cursor;  ///< Of a file that was read lately.
    std::uint64_t length_bytes = 0;      ///< As last seen.
    std::int64_t changed_at = 0;         ///< As last seen.
    std::uint64_t read_to_bytes = 0;     ///< The length at which nothing more was there.
    bool is_gone = false;                ///< Not there any more by the pattern.
    bool is_checked = false;             ///< It begins as its mark says, as last seen.

    bool has_more() const { return length_bytes > read_to_bytes || (is_gone && cursor); }
  };
  using ByInode = std::map<std::uint64_t, Followed>;

  /// What was followed and is not at its place any more.
  struct Lost {
    FileMark mark;
    bool is_read_up = false;  ///< As far as we have seen, nothing was left unread.
  };

  bool is_still(const Followed& file, const FoundFile& found) const;
  static void take_note(Followed& file, const FoundFile& found);
  void let_go_of_lost();
  void let_go(FileMark mark);
  void remember(FileMark mark);
  void admit(const FoundFile& found);
  void sort_by_age();
  bool read_one(Followed& file, RowBatch& batch, std::optional<TimePoint> latest_allowed);
  Result<bool> open(Followed& file);
  void note_head(Followed& file) const;
  bool has_many_open() const;
  void refuse_file(Followed& file, RowBatch& batch, const Error& error);

  RowSchema schema_;
  FileSourceSpec files_;
  FileBounds bounds_;
  ByInode followed_;
  std::vector<Followed*> order_;     ///< The oldest first.
  std::vector<Lost> lost_;           ///< Since the last look.
  std::deque<FileMark> remembered_;  ///< Of files that are not followed any more, newest last.
};

}  // namespace bellwether::ingest
