#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/domain/source_spec.hpp"
#include "bellwether/ingest/row_reader.hpp"

#include "file_bounds.hpp"
#include "file_bytes.hpp"
#include "file_position.hpp"
#include "plain_reader.hpp"

namespace bellwether::ingest {

/// Reads the rows of one file from a mark on.
///
/// Errors   messages name the file.
class FileCursor {
 public:
  /// A file that has become shorter than the mark is read from its beginning.
  static Result<std::unique_ptr<FileCursor>> open(const RowSchema& schema, const RowFormat& format,
                                                  const FileMark& from, const FileBounds& bounds);

  /// Reads a piece and appends its rows. False when nothing more is there now.
  Result<bool> read(RowBatch& batch, std::optional<TimePoint> latest_allowed);

  /// Nothing more will come: a last line without a line break counts.
  Result<void> finish(RowBatch& batch);

  FileMark mark() const;

  /// Whether the file still begins as its mark says; one without a head does.
  bool begins_as(const FileHead& head) const;

  /// Its head, of at most `length_bytes`.
  FileHead head(std::uint64_t length_bytes) const;

 private:
  FileCursor(FileMark from, std::unique_ptr<FileBytes> bytes, std::unique_ptr<PlainReader> reader);

  Result<void> go_to(const FileMark& mark, const RowSchema& schema);
  void name_file_in(RowBatch& batch, std::size_t first_sample) const;

  FileMark mark_;
  std::unique_ptr<FileBytes> bytes_;
  std::unique_ptr<PlainReader> reader_;
};

}  // namespace bellwether::ingest
