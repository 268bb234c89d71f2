#include "file_cursor.hpp"

#include <utility>

namespace bellwether::ingest {

Result<std::unique_ptr<FileCursor>> FileCursor::open(const RowSchema& schema,
                                                     const RowFormat& format, const FileMark& from,
                                                     const FileBounds& bounds) {
  auto reader = make_plain_reader(schema, format);
  if (!reader) return reader.error();
  auto bytes = FileBytes::open(from.path, bounds);
  if (!bytes) return bytes.error();
  std::unique_ptr<FileCursor> cursor(new FileCursor(from, std::move(*bytes), std::move(*reader)));
  if (from.offset > 0 && !cursor->bytes_->is_beyond_end(from.offset))
    if (auto gone = cursor->go_to(from, schema); !gone)
      return while_doing("'" + from.path + "'", gone.error());
  return cursor;
}

FileCursor::FileCursor(FileMark from, std::unique_ptr<FileBytes> bytes,
                       std::unique_ptr<PlainReader> reader)
    : mark_(std::move(from)), bytes_(std::move(bytes)), reader_(std::move(reader)) {
  mark_.inode = bytes_->inode();
}

/// Reads the header again, then goes to where reading stopped.
Result<void> FileCursor::go_to(const FileMark& mark, const RowSchema& schema) {
  RowBatch unwanted = make_row_batch(schema.spec);
  while (!reader_->has_header()) {
    const auto read =
        bytes_->read([&](std::string_view bytes) { return reader_->feed(bytes, unwanted); });
    if (!read) return read.error();
    if (!*read) break;
  }
  bytes_->seek(mark.offset);
  reader_->continue_at(mark.offset, mark.rows);
  return ok();
}

Result<bool> FileCursor::read(RowBatch& batch, std::optional<TimePoint> latest_allowed) {
  reader_->allow_until(latest_allowed);
  const std::size_t samples = batch.rejected.samples.size();
  const auto read =
      bytes_->read([&](std::string_view bytes) { return reader_->feed(bytes, batch); });
  name_file_in(batch, samples);
  if (!read) return while_doing("'" + mark_.path + "'", read.error());
  return *read;
}

Result<void> FileCursor::finish(RowBatch& batch) {
  const std::size_t samples = batch.rejected.samples.size();
  auto finished =
      bytes_->finish([&](std::string_view bytes) { return reader_->feed(bytes, batch); });
  if (finished) finished = reader_->finish(batch);
  name_file_in(batch, samples);
  if (!finished) return while_doing("'" + mark_.path + "'", finished.error());
  return ok();
}

FileMark FileCursor::mark() const {
  FileMark mark = mark_;
  mark.offset = reader_->consumed_bytes();
  mark.rows = reader_->row();
  return mark;
}

bool FileCursor::begins_as(const FileHead& head) const {
  return head.length_bytes == 0 || this->head(head.length_bytes) == head;
}

FileHead FileCursor::head(std::uint64_t length_bytes) const {
  const auto beginning = bytes_->head(length_bytes);
  return beginning ? head_of(*beginning) : FileHead();
}

void FileCursor::name_file_in(RowBatch& batch, std::size_t first_sample) const {
  for (std::size_t i = first_sample; i < batch.rejected.samples.size(); ++i)
    batch.rejected.samples[i].message.insert(0, "'" + mark_.path + "': ");
}

}  // namespace bellwether::ingest
