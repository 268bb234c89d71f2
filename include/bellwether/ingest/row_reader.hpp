#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::ingest {

/// What a reader must know of its detector: which columns are what, and the limits of a row.
struct RowSchema {
  DetectorSpec spec;
  std::optional<TimePoint> latest_allowed;  ///< Rows beyond it are refused as `future_timestamp`.
  bool has_given_times = false;             ///< No column is read for a row's time: it is told.
};

/// Turns bytes into rows. Bytes come in pieces of any size; a row may span pieces.
///
/// Errors   bad rows are counted in the batch and the rest goes on. A failure of the whole (a
/// header
///          without the timestamp column, damaged gzip) is an invalid_input that says where and
///          what would be right; the reader gives it again from then on.
/// Threads  one caller.
class RowReader {
 public:
  virtual ~RowReader() = default;

  /// Reads what `bytes` completes and appends it to `batch`.
  virtual Result<void> feed(std::string_view bytes, RowBatch& batch) = 0;

  /// The input has ended: a last line without a line break counts.
  virtual Result<void> finish(RowBatch& batch) = 0;

  /// How many bytes of the (uncompressed) input belong to complete rows so far: reading may be
  /// taken up again there.
  virtual std::uint64_t consumed_bytes() const = 0;
};

/// An empty batch with the schema's columns.
RowBatch make_row_batch(const DetectorSpec& spec);

/// A reader for CSV or JSON lines, gzip recognised by its first bytes. Fails when the spec's
/// timestamp format or zone is not known.
Result<std::unique_ptr<RowReader>> make_row_reader(const RowSchema& schema,
                                                   const RowFormat& format);

/// Reads a whole text, as pushed over HTTP: NDJSON, CSV or a JSON array of objects.
enum class PushedFormat { json_lines, csv, json_array };
Result<RowBatch> read_pushed_rows(const RowSchema& schema, PushedFormat format,
                                  std::string_view body);

/// How late a row may claim to be at `now`: one interval ahead, since some feeds stamp an
/// interval's end, and ten minutes for their clocks.
TimePoint latest_allowed_at(TimePoint now, Duration interval);

/// Problems of a spec that only reading could show: its timestamp format and time zone.
Problems validate_timestamp(const TimestampSpec& spec);

}  // namespace bellwether::ingest
