#pragma once

#include <map>
#include <optional>
#include <string>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/series_key.hpp"
#include "bellwether/store/store.hpp"

#include "operations/detector_book.hpp"
#include "operations/series_directory.hpp"

namespace bellwether::api {

/// One series over a stretch of time.
struct PointQuery {
  std::string measure;
  std::map<std::string, std::string> dimensions;  ///< What is left out is rolled up.
  std::optional<TimePoint> from;                  ///< Default: 28 days before `to`.
  std::optional<TimePoint> to;  ///< Default: the end of the newest committed interval.
};

struct PointAnswer {
  SeriesKey series;
  TimePoint from{};
  TimePoint to{};
  store::Points points;
};

inline constexpr std::int64_t max_points = 100'000;

/// Errors   invalid_input: an unknown measure or dimension, or more than `max_points` intervals;
///          not_found: no such series; unavailable: memory is short.
/// Cost     what the points and their text take is reserved in `held` before they are read, unless
///          that is null as they are few.
Result<PointAnswer> read_points(store::Store& store, SeriesDirectory& directory,
                                const DetectorView& detector, const PointQuery& query,
                                ByteReservation* held = nullptr);

/// Where a detector's intervals begin and end.
Result<IntervalGrid> grid_of(const DetectorSpec& detector);

}  // namespace bellwether::api
