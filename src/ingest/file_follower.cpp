#include "file_follower.hpp"

#include <algorithm>
#include <utility>

namespace bellwether::ingest {

FileFollower::FileFollower(const RowSchema& schema, const FileSourceSpec& files,
                           const std::vector<FileMark>& from)
    : schema_(schema), files_(files) {
  for (const FileMark& mark : from) followed_.push_back({.mark = mark, .cursor = nullptr});
}

void FileFollower::look() {
  const auto historical = find_files(files_.historical);
  for (Followed& file : followed_) file.is_gone = true;
  for (const FoundFile& found : find_files({files_.path})) {
    const bool is_historical = std::ranges::any_of(
        historical, [&](const FoundFile& file) { return file.inode == found.inode; });
    if (!is_historical) take_note(found);
  }
  // A file that is gone is kept for as long as we still hold it open and may find more in it.
  std::erase_if(followed_, [](const Followed& file) { return file.is_gone && !file.cursor; });
  std::ranges::stable_sort(
      followed_, {}, [](const Followed& file) -> const std::string& { return file.mark.path; });
}

void FileFollower::take_note(const FoundFile& found) {
  const auto known = std::ranges::find_if(
      followed_, [&](const Followed& file) { return file.mark.inode == found.inode; });
  if (known == followed_.end()) {
    followed_.push_back({.mark = {.path = found.path, .inode = found.inode},
                         .cursor = nullptr,
                         .length_bytes = found.length_bytes});
    return;
  }
  known->is_gone = false;
  known->mark.path = found.path;
  known->length_bytes = found.length_bytes;
  if (found.length_bytes < known->read_to_bytes) {
    known->mark.offset = known->mark.rows = known->read_to_bytes = 0;
    known->cursor.reset();
  }
}

bool FileFollower::read(RowBatch& batch, std::optional<TimePoint> latest_allowed) {
  for (Followed& file : followed_)
    while (file.has_more())
      if (read_one(file, batch, latest_allowed)) return true;
  return false;
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
  }
  if (!*more && (file.is_gone || has_many_open())) file.cursor.reset();
  return batch.end_row > row_before;
}

/// Opens the file; false when another one bears its name by now, which `look` will sort out.
Result<bool> FileFollower::open(Followed& file) {
  auto opened = FileCursor::open(schema_, files_.format, file.mark);
  if (!opened) return opened.error();
  if ((*opened)->mark().inode != file.mark.inode) return false;
  file.cursor = std::move(*opened);
  return true;
}

bool FileFollower::has_many_open() const {
  const auto count =
      std::ranges::count_if(followed_, [](const Followed& file) { return file.cursor != nullptr; });
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
  for (const Followed& file : followed_)
    if (file.mark.offset > 0) marks.push_back(file.mark);
  return marks;
}

}  // namespace bellwether::ingest
