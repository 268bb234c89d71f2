#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/quality.hpp"
#include "bellwether/domain/series_key.hpp"
#include "bellwether/store/store.hpp"

#include "operations/detector_book.hpp"
#include "operations/routing_trace.hpp"
#include "operations/series_directory.hpp"

namespace bellwether::api {

/// One series in one interval: its way from rows to deliveries.
struct SeriesTrace {
  struct Score {
    double value = 0;  ///< NaN where there is none; so are the others before anything was learnt.
    double expected = 0;
    double lower = 0;
    double upper = 0;
    double severity = 0;
  };

  SeriesKey series;
  TimePoint start{};
  TimePoint end{};
  std::optional<IntervalQuality> quality;  ///< None: the interval is not closed, or forgotten.
  std::optional<Score> score;
  std::optional<AnomalyGroup> group;  ///< That holds the series in this interval.
  std::vector<AlertTrace> alerts;     ///< What became of that group.
};

/// Errors   invalid_input: an unknown measure or dimension; not_found: no such series.
Result<SeriesTrace> trace_series(store::Store& store, SeriesDirectory& directory,
                                 const DetectorView& detector, const std::string& measure,
                                 const std::map<std::string, std::string>& dimensions,
                                 TimePoint at);

/// The way in sentences, one for each step; it ends where the value went no further.
std::vector<std::string> in_words(const SeriesTrace& trace, const DetectorSpec& detector);

}  // namespace bellwether::api
