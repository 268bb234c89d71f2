#pragma once

#include <cstddef>
#include <limits>
#include <vector>

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

/// Takes `value` into a running aggregate that may still be empty.
inline void combine(Aggregate aggregate, double& into, double value) {
  // Written so that an empty aggregate, being NaN, fails every comparison and takes the value.
  switch (aggregate) {
    case Aggregate::sum:
    case Aggregate::avg:
    case Aggregate::count:
      into = into == into ? into + value : value;
      break;
    case Aggregate::min:
      into = into <= value ? into : value;
      break;
    case Aggregate::max:
      into = into >= value ? into : value;
      break;
  }
}

}  // namespace bellwether::ingest
