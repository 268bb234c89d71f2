#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "bellwether/domain/frame.hpp"

namespace bellwether {

/// What made a value unusual: the kind of evidence that weighed most.
enum class Reason : std::uint8_t {
  none,
  unusual_value,
  sustained_shift,
  drift,
  unusual_spread,
  frozen,
  unusual_day,
  stopped_reporting,
  unusual_pattern,
};

std::string_view to_string(Reason reason);

/// What the model says of one measure of all series for one interval.
///
/// Units    expected, lower and upper in the measure's own unit; severity 0 to 100; scale is one
///          robust standard deviation of the residual, in the measure's unit. NaN: nothing yet.
struct ScoredColumn {
  std::vector<float> expected;
  std::vector<float> lower;
  std::vector<float> upper;
  std::vector<float> severity;
  std::vector<float> scale;
};

/// A value whose severity reaches the detector's threshold. The value is 0 where its absence counts
/// as that, and NaN where a series stopped reporting for which absence is no number.
struct Anomaly {
  MeasureIndex measure = 0;
  SeriesIndex series = 0;
  double value = 0;
  float expected = 0;
  float lower = 0;
  float upper = 0;
  float severity = 0;
  Reason reason = Reason::none;

  bool operator==(const Anomaly&) const = default;
};

/// A frame's scores, column by column.
struct ScoredFrame {
  IntervalIndex interval = 0;
  TimePoint start{};
  std::vector<ScoredColumn> measures;  ///< By MeasureIndex; each as long as the frame's.
  std::vector<Anomaly> anomalies;      ///< By measure, then series.
};

}  // namespace bellwether
