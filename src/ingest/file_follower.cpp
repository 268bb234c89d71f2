#include "file_follower.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "file_kinship.hpp"

namespace bellwether::ingest {

FileFollower::FileFollower(const RowSchema& schema, const FileSourceSpec& files,
                           const std::vector<FileMark>& from)
    : schema_(schema), files_(files), bounds_(files) {
  for (const FileMark& mark : from) followed_[mark.inode].mark = mark;
  sort_by_age();
}

void FileFollower::look() {
  std::unordered_set<std::uint64_t> historical;
  for (const FoundFile& file : find_files(files_.historical)) historical.insert(file.inode);
  for (auto& [inode, file] : followed_) file.is_gone = true;
  std::vector<FoundFile> strangers;
  for (FoundFile& found : find_files({files_.path})) {
    if (historical.contains(found.inode)) continue;
    const auto known = followed_.find(found.inode);
    if (known != followed_.end() && is_still(known->second, found)) {
      take_note(known->second, found);
      continue;
    }
    if (known != followed_.end()) {
      lost_.push_back({std::move(known->second.mark), false});
      lost_.back().mark.inode = 0;  // It is another one's.
      followed_.erase(known);
    }
    strangers.push_back(std::move(found));
  }
  // A file that is gone is kept for as long as we still hold it open and may find more in it.
  for (auto file = followed_.begin(); file != followed_.end();) {
    Followed& one = file->second;
    const bool is_over = one.is_gone && !one.cursor;
    if (is_over)
      lost_.push_back(
          {std::move(one.mark), one.length_bytes > 0 && one.read_to_bytes == one.length_bytes});
    file = is_over ? followed_.erase(file) : std::next(file);
  }
  let_go_of_lost();
  for (const FoundFile& found : strangers) admit(found);
  sort_by_age();
}

/// What is gone is older than what took its place.
void FileFollower::sort_by_age() {
  std::vector<std::pair<std::pair<bool, RotationOrder>, Followed*>> aged;
  for (auto& [inode, file] : followed_)
    aged.push_back({{!file.is_gone, RotationOrder(file.mark.path)}, &file});
  std::ranges::sort(
      aged, {}, [](const auto& entry) -> const auto& { return entry.first; });
  order_.clear();
  for (const auto& [age, file] : aged) order_.push_back(file);
}

/// Whether the file that bears the inode is the one it was. Cut and grown again, or another file
/// that was given the number of one that was deleted: neither need show in its length.
bool FileFollower::is_still(const Followed& file, const FoundFile& found) const {
  if (found.length_bytes < file.read_to_bytes) return false;
  const bool is_as_it_was = file.is_checked && found.length_bytes == file.length_bytes &&
                            found.changed_at == file.changed_at;
  if (is_as_it_was) return true;
  if (file.cursor) return file.cursor->begins_as(file.mark.head);
  FileKinship kinship(found, bounds_);
  return kinship.begins_as(file.mark.head) || (found.length_bytes > 0 && !kinship.is_readable());
}

void FileFollower::take_note(Followed& file, const FoundFile& found) {
  file.is_gone = false;
  file.is_checked = true;
  file.mark.path = found.path;
  file.length_bytes = found.length_bytes;
  file.changed_at = found.changed_at;
}

/// What was left unread is looked for; what was not, only where that costs little: many files may
/// be tidied away at once.
void FileFollower::let_go_of_lost() {
  std::size_t needless = 0;
  for (Lost& lost : std::exchange(lost_, {})) {
    if (lost.is_read_up && ++needless > most_needless_searches) {
      remember(std::move(lost.mark));
    } else {
      let_go(std::move(lost.mark));
    }
  }
}

/// Reads what rotation has put aside to its end; else only remembers how far it was read.
void FileFollower::let_go(FileMark mark) {
  if (mark.offset == 0) return;
  const bool was_let_go = std::ranges::any_of(remembered_, [&](const FileMark& known) {
    return known.head == mark.head && known.offset == mark.offset;
  });
  if (was_let_go) return;
  const auto rotated = find_rotated(mark, bounds_);
  remember(mark);
  if (!rotated || followed_.contains(rotated->inode)) return;
  mark.path = rotated->path;
  mark.inode = rotated->inode;
  Followed& file = followed_[rotated->inode];
  file.mark = std::move(mark);
  file.length_bytes = rotated->length_bytes;
  file.is_gone = true;
}

void FileFollower::remember(FileMark mark) {
  remembered_.push_back(std::move(mark));
  if (remembered_.size() > most_remembered_files) remembered_.pop_front();
}

void FileFollower::admit(const FoundFile& found) {
  if (followed_.contains(found.inode)) {  // Found beside its old name just now.
    followed_.at(found.inode).is_gone = false;
    return;
  }
  if (found.length_bytes == 0) return;  // It may become a copy.
  FileKinship kinship(found, bounds_);
  for (const auto& [inode, file] : followed_)
    if (kinship.is_file_of(file.mark) || kinship.may_become(file.mark))
      return;  // Looked at again when the original is gone.
  FileMark mark{.path = found.path, .inode = found.inode, .head = kinship.head()};
  const auto known = std::find_if(remembered_.rbegin(), remembered_.rend(),
                                  [&](const FileMark& one) { return kinship.is_file_of(one); });
  if (known != remembered_.rend()) {
    mark.offset = known->offset;
    mark.rows = known->rows;
    mark.head = known->head;
  }
  Followed& file = followed_[found.inode];
  file.mark = std::move(mark);
  file.length_bytes = found.length_bytes;
}

bool FileFollower::read(RowBatch& batch, std::optional<TimePoint> latest_allowed) {
  for (Followed* file : order_)
    while (file->has_more()) {
      read_one(*file, batch, latest_allowed);
      if (batch.end_row - batch.first_row >= rows_of_a_batch) return true;
    }
  return batch.end_row > batch.first_row;
}

/// Reads a piece; whether the batch got something.
bool FileFollower::read_one(Followed& file, RowBatch& batch,
                            std::optional<TimePoint> latest_allowed) {
  const std::uint64_t row_before = batch.end_row;
  auto more = file.cursor ? Result<bool>(true) : open(file);
  if (more && *more) more = file.cursor->read(batch, latest_allowed);
  if (!more) {
    refuse_file(file, batch, more.error());
    return true;
  }
  if (!*more) {
    file.read_to_bytes = file.length_bytes;
    if (file.is_gone && file.cursor)
      if (auto finished = file.cursor->finish(batch); !finished)
        refuse_file(file, batch, finished.error());
  }
  if (file.cursor) {
    file.mark.offset = file.cursor->mark().offset;
    file.mark.rows = file.cursor->mark().rows;
    note_head(file);
  }
  if (!*more && (file.is_gone || has_many_open())) file.cursor.reset();
  return batch.end_row > row_before;
}

/// Opens the file; false when another one bears its name by now, which `look` will sort out.
Result<bool> FileFollower::open(Followed& file) {
  auto opened = FileCursor::open(schema_, files_.format, file.mark, bounds_);
  if (!opened) return opened.error();
  if ((*opened)->mark().inode != file.mark.inode) return false;
  file.cursor = std::move(*opened);
  return true;
}

/// A head that was noted before the first row is the file's own, by which others that appear with
/// it are told apart. It is taken anew until it is of its full length, but only once a row was
/// read: before, there is nothing but a header, with which many files begin.
void FileFollower::note_head(Followed& file) const {
  FileMark& mark = file.mark;
  const std::uint64_t wanted = std::min(mark.offset, FileHead::most_bytes);
  if (mark.rows == 0 || mark.head.length_bytes == wanted) return;
  const FileHead head = file.cursor->head(wanted);
  if (head.length_bytes == wanted) mark.head = head;
}

bool FileFollower::has_many_open() const {
  const auto count = std::ranges::count_if(
      followed_, [](const auto& entry) { return entry.second.cursor != nullptr; });
  return static_cast<std::size_t>(count) > most_open_files;
}

void FileFollower::refuse_file(Followed& file, RowBatch& batch, const Error& error) {
  file.cursor.reset();
  file.read_to_bytes = file.length_bytes;
  ++batch.end_row;
  batch.rejected.add(RowFault::unreadable, 0, error.message);
  batch.rejected_faults.push_back(RowFault::unreadable);
}

std::vector<FileMark> FileFollower::marks() const {
  std::vector<FileMark> marks;
  for (const Followed* file : order_)
    if (file->mark.offset > 0) marks.push_back(file->mark);
  return marks;
}

}  // namespace bellwether::ingest
