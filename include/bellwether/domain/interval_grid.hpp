#pragma once

#include <cstdint>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/time_zone.hpp"

namespace bellwether {

/// The number of an interval on its detector's grid; neighbours differ by one.
using IntervalIndex = std::int64_t;

/// Cuts time into a detector's intervals, each named by its start.
///
/// Intervals shorter than a day are aligned in absolute time; days begin at local midnight and may
/// have 23 or 25 hours.
class IntervalGrid {
 public:
  /// `length` divides a day (or is one); `validate` of the detector's spec has seen to that.
  explicit IntervalGrid(Duration length, TimeZone zone = {});

  Duration length() const { return length_; }
  const TimeZone& zone() const { return zone_; }

  IntervalIndex index_of(TimePoint time) const;
  TimePoint start_of(IntervalIndex index) const;
  TimePoint end_of(IntervalIndex index) const { return start_of(index + 1); }

 private:
  bool is_daily() const { return length_ == std::chrono::days(1); }

  Duration length_;
  TimeZone zone_;
};

}  // namespace bellwether
