#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/quality.hpp"

namespace bellwether {

/// One dimension of a batch, dictionary-encoded within the batch.
struct DimensionColumn {
  std::vector<std::string> values;   ///< The distinct values met, in order of first sight.
  std::vector<std::uint32_t> codes;  ///< Per row, an index into `values`.

  bool operator==(const DimensionColumn&) const = default;
};

/// Rows on their way from a source to the aggregator, column by column and self-contained: it can
/// cross threads, be stored and be read again.
///
/// Units    timestamps are UTC; a measure that a row lacks is NaN.
struct RowBatch {
  std::vector<TimePoint> timestamps;
  std::vector<DimensionColumn> dimensions;    ///< In the detector's order.
  std::vector<std::vector<double>> measures;  ///< In the detector's order, each one value per row.
  RejectedRows rejected;                      ///< What was met among these rows and refused.
  std::vector<RowFault> rejected_faults;      ///< Why, per refused row, in their order.

  /// Where the batch came from, so that it can be asked for again after a crash.
  std::string stream;  ///< One ordered sequence of rows: a partition, a file set, the inbox.
  std::uint64_t first_row = 0;  ///< Number of the first row in its stream; rejected rows count too.
  std::vector<std::uint32_t> row_numbers;  ///< Per row, its distance from `first_row`.
  std::uint64_t end_row = 0;               ///< One past the last row, kept or rejected.
  std::string
      resume_at;  ///< Opaque to all but the source: reading again from here gives this batch.
  std::string resume_after;    ///< The same for what follows the batch.
  bool is_historical = false;  ///< Part of a bulk of old rows that need not be in order of time.
  /// What the detector's clock showed when the rows came. Rows ahead of it wait: they close no
  /// interval that was not over by then. None where no clock counts, as in a backtest of files.
  std::optional<TimePoint> received_at;

  std::size_t row_count() const { return timestamps.size(); }

  bool operator==(const RowBatch&) const = default;
};

/// How far one stream has been taken into committed intervals.
struct StreamPosition {
  std::string stream;
  std::string resume_at;         ///< Read again from here ...
  std::uint64_t resume_row = 0;  ///< ... where this is the number of the first row.
  std::uint64_t seen_rows = 0;   ///< Rows below this number were taken; met again they are skipped.

  bool operator==(const StreamPosition&) const = default;
};

/// Where a detector's source stands: one entry per stream, sorted by name.
using SourcePosition = std::vector<StreamPosition>;

}  // namespace bellwether
