#pragma once

#include <cstdint>
#include <vector>

#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/interval_grid.hpp"

namespace bellwether {

/// What late rows bring to one series of one measure: an aggregate of them alone, to be combined
/// with that of the rows that came in time.
struct LateValue {
  double value = 0;      ///< For `avg` the sum of its rows.
  double row_count = 0;  ///< For `avg` only: how many rows that were.

  bool operator==(const LateValue&) const = default;
};

/// Takes the aggregate of further late rows into `into`.
void add_late(Aggregate aggregate, LateValue& into, const LateValue& more);

/// What the series would have been, had the late rows come in time. `value` and `row_count` are
/// those of its frame, NaN and 0 where it had none; a result that is no number is NaN.
double with_late(Aggregate aggregate, double value, double row_count, const LateValue& late);

/// One measure of the series that late rows are about, roll-ups included.
struct AmendedColumn {
  Aggregate aggregate = Aggregate::sum;
  std::vector<SeriesIndex> series;  ///< Ascending.
  std::vector<LateValue> values;    ///< One for each of them.

  bool operator==(const AmendedColumn&) const = default;
};

/// What rows brought to an interval that had been closed before they came.
struct Amendment {
  IntervalIndex interval = 0;
  std::uint64_t rows = 0;
  std::vector<AmendedColumn> measures;  ///< By MeasureIndex.

  bool operator==(const Amendment&) const = default;
};

}  // namespace bellwether
