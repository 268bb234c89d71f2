#pragma once

#include <string>

#include "scoring.hpp"

namespace bellwether::quality {

/// A stretch of a scored series to be drawn.
struct ChartPart {
  int begin = 0;
  int end = 0;
  std::string caption;
};

/// Values, what was expected of them, their bounds, and the severities below, as an SVG picture for
/// light and dark pages alike.
std::string draw(const Values& values, const Scores& scores, const ChartPart& part,
                 int points_per_day);

}  // namespace bellwether::quality
