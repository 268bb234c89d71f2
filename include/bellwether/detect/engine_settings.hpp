#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/domain/detector_spec.hpp"

namespace bellwether::detect {

/// What the engine must be told; everything else it finds out from the series themselves.
struct EngineSettings {
  std::chrono::seconds interval{300};  ///< Length of one interval of the grid.
  std::size_t measure_count = 1;
  double threshold = 60;  ///< Severity from which a value is listed as an anomaly, 0 to 100.

  /// Whether a kind of context that a series has never been in counts as unusual too.
  bool patterns = false;

  /// Age of a series, in intervals, from which its values are listed as anomalies: before, the
  /// model knows too little of weekends to wake anyone.
  std::int64_t quiet_intervals = 300;

  /// Added to UTC to get local time: days and weeks of the profiles begin at local midnight.
  std::chrono::seconds utc_offset{0};

  /// What the absence of a value means, and of what: by measure, an average where nothing is said.
  OnMissing on_missing = OnMissing::automatic;
  std::vector<Aggregate> aggregates;

  /// Intervals without a value after which a series is forgotten; 0: never.
  std::uint64_t idle_limit = 0;
};

/// Every problem, not only the first: one edit should be enough.
Problems validate(const EngineSettings& settings);

}  // namespace bellwether::detect
