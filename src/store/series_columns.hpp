#pragma once

#include <cstddef>
#include <limits>
#include <vector>

namespace bellwether::store {

/// One series over the stretch of time of a chunk, column by column; NaN where there is nothing.
/// All columns are equally long.
struct SeriesColumns {
  std::vector<double> values;
  std::vector<double> row_counts;  ///< 0 where there is no value; empty for measures without.
  std::vector<float> expected;
  std::vector<float> lower;
  std::vector<float> upper;
  std::vector<float> severity;

  bool operator==(const SeriesColumns&) const = default;
};

/// Series without a value, of `length` places each.
inline std::vector<SeriesColumns> empty_series(std::size_t count, std::size_t length,
                                               bool has_row_counts) {
  SeriesColumns columns;
  columns.values.resize(length, std::numeric_limits<double>::quiet_NaN());
  if (has_row_counts) columns.row_counts.resize(length);
  for (auto* column : {&columns.expected, &columns.lower, &columns.upper, &columns.severity})
    column->resize(length, std::numeric_limits<float>::quiet_NaN());
  return std::vector<SeriesColumns>(count, columns);
}

}  // namespace bellwether::store
