#pragma once

#include <cstddef>
#include <vector>

#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/source_health.hpp"

namespace bellwether {

/// A measure's number within its detector, in the order of the configuration.
using MeasureIndex = std::size_t;

/// One measure of all series for one interval.
///
/// Units    the measure's own; NaN where the series has no value, so there is one representation of
///          absence and no second mask to disagree with it.
struct MeasureColumn {
  std::vector<double> values;      ///< One per series.
  std::vector<double> row_counts;  ///< For `avg` only: how many rows each value is the mean of.

  bool operator==(const MeasureColumn&) const;
};

/// All values of one detector for one closed interval: the unit that flows through the house.
struct Frame {
  IntervalIndex interval = 0;
  TimePoint start{};
  std::size_t series_count = 0;         ///< Never less than in the frame before.
  std::vector<MeasureColumn> measures;  ///< By MeasureIndex.
  SourceHealth source = SourceHealth::healthy;

  bool operator==(const Frame&) const = default;
};

}  // namespace bellwether
