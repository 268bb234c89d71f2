#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "bellwether/domain/combine.hpp"
#include "bellwether/domain/detector_spec.hpp"

namespace bellwether::ingest {

/// Where the running aggregates of a leaf's measures lie in its row of doubles: one each, and for
/// `avg` the number of rows behind it.
struct MeasureLayout {
  struct Place {
    Aggregate aggregate = Aggregate::sum;
    std::size_t offset = 0;
  };

  explicit MeasureLayout(const std::vector<MeasureSpec>& measures) {
    for (const MeasureSpec& measure : measures) {
      places.push_back({measure.aggregate, width});
      width += measure.aggregate == Aggregate::avg ? 2 : 1;
    }
  }

  std::vector<Place> places;
  std::size_t width = 0;
};

inline constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

}  // namespace bellwether::ingest
