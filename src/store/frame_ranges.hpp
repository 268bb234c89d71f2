#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <span>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/frame.hpp"

#include "stretch_headings.hpp"

namespace bellwether::store {

// What the readers of chunks and of slabs share.

/// From `from` up to, not including, `to`.
struct IntervalRange {
  IntervalIndex from = 0;
  IntervalIndex to = 0;

  bool is_empty() const { return from >= to; }
  bool contains(IntervalIndex interval) const { return from <= interval && interval < to; }
  IntervalRange cut_to(const IntervalRange& other) const {
    return {std::max(from, other.from), std::min(to, other.to)};
  }
};

using FrameVisitor = std::function<Result<void>(const Frame&)>;

/// Where a rectangle of values goes: a row per series, a column per interval.
struct ValueRoom {
  MeasureIndex measure = 0;
  std::size_t first_series = 0;
  std::size_t series_count = 0;
  IntervalIndex origin = 0;  ///< The interval of the first column.
  std::size_t columns = 0;
  std::span<float> values;

  std::size_t last_series() const { return first_series + series_count; }
  float& at(std::size_t series, IntervalIndex interval) const {
    return values[(series - first_series) * columns + static_cast<std::size_t>(interval - origin)];
  }
};

/// A frame without a value.
inline Frame empty_frame(const HeadedInterval& headed) {
  Frame frame{headed.interval,
              headed.heading.start,
              headed.heading.series_count,
              {},
              headed.heading.source};
  frame.measures.resize(headed.heading.measure_count);
  for (MeasureColumn& column : frame.measures)
    column.values.assign(frame.series_count, std::numeric_limits<double>::quiet_NaN());
  return frame;
}

inline Error damaged(const std::string& detector, IntervalIndex interval, const std::string& what) {
  return corrupt("detector '" + detector + "', interval " + std::to_string(interval) + ": " + what);
}

}  // namespace bellwether::store
