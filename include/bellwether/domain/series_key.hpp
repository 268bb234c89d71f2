#pragma once

#include <compare>
#include <map>
#include <string>

namespace bellwether {

/// The name of one time series: a measure and the dimension values that pick it out. A dimension
/// that is rolled up is left out.
///
///     revenue{country=NL,device=phone}
struct SeriesKey {
  std::string measure;
  std::map<std::string, std::string> dimensions;  ///< Sorted, so equal keys print and hash alike.

  auto operator<=>(const SeriesKey&) const = default;
};

std::string to_string(const SeriesKey& key);

/// The series' id in the API: the same wherever it appears, for as long as the detector's name is.
std::string series_id(const std::string& detector, const SeriesKey& key);

}  // namespace bellwether
