#include "row_filter.hpp"

#include <cstddef>
#include <cstdint>

namespace bellwether::ingest {

void keep_rows(RowBatch& batch, const std::function<bool(TimePoint)>& keeps) {
  const std::size_t rows = batch.row_count();
  std::size_t kept = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    if (!keeps(batch.timestamps[row])) continue;
    const auto dropped = static_cast<std::uint32_t>(row - kept);
    if (dropped > 0) {
      batch.timestamps[kept] = batch.timestamps[row];
      for (DimensionColumn& column : batch.dimensions) column.codes[kept] = column.codes[row];
      for (auto& column : batch.measures) column[kept] = column[row];
      if (!batch.row_numbers.empty()) batch.row_numbers[kept] = batch.row_numbers[row] - dropped;
    }
    ++kept;
  }
  batch.timestamps.resize(kept);
  for (DimensionColumn& column : batch.dimensions) column.codes.resize(kept);
  for (auto& column : batch.measures) column.resize(kept);
  if (!batch.row_numbers.empty()) batch.row_numbers.resize(kept);
  batch.end_row -= rows - kept;
}

}  // namespace bellwether::ingest
