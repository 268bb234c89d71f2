#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/detector_spec.hpp"

namespace bellwether::lab {

/// One labelled row of made-up data.
struct LabelledRow {
  TimePoint time{};
  std::vector<std::string> dimensions;  ///< In the spec's order.
  std::vector<double> measures;
  std::vector<bool> labels;  ///< Per measure: was it made anomalous.
};

/// Made-up data with known anomalies, and the detector that fits it.
struct Scenario {
  DetectorSpec detector;  ///< Without a source.
  std::vector<LabelledRow> rows;
  bool is_json = false;  ///< Written as JSON lines rather than CSV.
};

/// `ecommerce`, `airquality` or `adtech`: the same seed gives the same rows on every host.
Result<Scenario> make_scenario(std::string_view name, std::uint64_t seed);

std::vector<std::string> scenario_names();

/// The rows as a file of the scenario's format, without labels.
std::string write_rows(const Scenario& scenario);

/// The rows as CSV with a `<measure>_label` column of 0 or 1 beside each measure.
std::string write_labels(const Scenario& scenario);

}  // namespace bellwether::lab
