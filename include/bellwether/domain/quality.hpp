#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/source_health.hpp"

namespace bellwether {

/// Why a row was not counted. Kept in step with `to_string` and docs/formats.
enum class RowFault : std::uint8_t {
  unreadable,         ///< Not CSV or JSON, or with the wrong number of fields.
  missing_timestamp,  ///< No timestamp column, or an empty one.
  bad_timestamp,      ///< Does not follow the format.
  future_timestamp,   ///< Further ahead of the clock than any feed's clock could be, or one more
                      ///< row ahead of it than is held.
  missing_dimension,  ///< A dimension column is absent or empty.
  long_value,         ///< A dimension value beyond the configured length.
  no_measure,         ///< Not one measure holds a number.
  late,               ///< Its interval had been closed.
  over_series_limit,  ///< A new series beyond `max_series`.
};
inline constexpr std::size_t row_fault_count = 9;

std::string_view to_string(RowFault fault);

/// One refused row, as an example for people.
struct RejectedSample {
  RowFault fault = RowFault::unreadable;
  std::uint64_t row = 0;  ///< Its number in what was read: from 1.
  std::string message;    ///< "column 'ts': 'yesterday' does not match yyyy-MM-dd".

  bool operator==(const RejectedSample&) const = default;
};

/// Counts by reason, with the first few of each batch as samples.
struct RejectedRows {
  static constexpr std::size_t max_samples = 16;

  std::array<std::uint64_t, row_fault_count> counts{};
  std::vector<RejectedSample> samples;

  void add(RowFault fault, std::uint64_t row, std::string message);
  void add(const RejectedRows& other);
  /// Forgets what was refused for other reasons.
  void keep_only(RowFault fault);
  std::uint64_t total() const;
  std::uint64_t count(RowFault fault) const { return counts[static_cast<std::size_t>(fault)]; }

  bool operator==(const RejectedRows&) const = default;
};

/// What one interval's data looked like.
struct IntervalQuality {
  IntervalIndex interval = 0;
  TimePoint start{};
  std::uint64_t rows = 0;            ///< Counted into the frame.
  std::uint64_t filtered = 0;        ///< Kept out by `where`.
  std::uint64_t missing_values = 0;  ///< Measures that a counted row did not have.
  std::uint64_t series_present = 0;  ///< Combinations with a value, roll-ups included.
  std::uint64_t series_missing = 0;  ///< Known combinations without one.
  std::uint64_t series_new = 0;
  std::uint64_t late_merged = 0;  ///< Rows of earlier intervals that were merged there with it.
  RejectedRows rejected;          ///< Since the interval before, whatever their own timestamp.
  SourceHealth source = SourceHealth::healthy;
  std::string import_failure;  ///< Why a source that imports intervals could not read this one.

  // What came later. Not part of what an interval leaves behind: readers of the store fill it in.
  std::uint64_t revision = 0;   ///< How often rows were merged into it.
  std::uint64_t late_rows = 0;  ///< How many.

  bool operator==(const IntervalQuality&) const = default;
};

}  // namespace bellwether
