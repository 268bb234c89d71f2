#pragma once

#include <cmath>
#include <numbers>
#include <string>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/detector_spec.hpp"

namespace bellwether::testing {

/// An hourly detector with one dimension that learns for two days.
inline DetectorSpec an_hourly_detector(const std::string& name) {
  DetectorSpec spec;
  spec.name = name;
  spec.timestamp = {"time", "RFC3339", "UTC"};
  spec.measures = {{"orders", Aggregate::sum}};
  spec.dimensions = {"country"};
  spec.learning_intervals = 48;
  return spec;
}

/// Hours of orders with a daily season and a little wobble in two countries; `spike` is the hour in
/// which NL sells four times as much.
inline std::string hourly_rows(int first, int count, int spike) {
  const TimePoint start = parse_rfc3339("2026-01-01T00:00:00Z").value();
  std::string text = first == 0 ? "time,country,orders\n" : "";
  for (int hour = first; hour < first + count; ++hour) {
    for (const std::string country : {"NL", "BE"}) {
      const double season = 1 + 0.5 * std::sin(2 * std::numbers::pi * hour / 24);
      const double wobble = 1 + 0.03 * std::sin(hour * 12.9898 + (country == "NL" ? 0.0 : 4.1));
      const double size = country == "NL" ? 2000 : 900;
      const double orders = size * season * wobble * (hour == spike && country == "NL" ? 4 : 1);
      text += to_rfc3339(start + std::chrono::hours(hour)) + "," + country + "," +
              std::to_string(std::lround(orders)) + "\n";
    }
  }
  return text;
}

}  // namespace bellwether::testing
