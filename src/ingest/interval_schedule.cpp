#include "interval_schedule.hpp"

#include <algorithm>
#include <utility>

#include "bellwether/ingest/time_zone_database.hpp"

namespace bellwether::ingest {

IntervalSchedule::IntervalSchedule(IntervalGrid grid, Duration offset)
    : grid_(std::move(grid)), offset_(offset) {}

Result<IntervalSchedule> IntervalSchedule::make(const DetectorSpec& spec) {
  auto zone = load_time_zone(spec.timestamp.timezone);
  if (!zone) return zone.error();
  return IntervalSchedule(IntervalGrid(spec.interval, *std::move(zone)), spec.offset);
}

IntervalIndex IntervalSchedule::first(TimePoint now, const Lookback& lookback) const {
  const IntervalIndex newest = newest_due(now);
  const auto count = static_cast<IntervalIndex>(lookback.intervals);
  const IntervalIndex by_count = count > 0 ? newest - count + 1 : newest;
  if (lookback.span <= Duration(0)) return by_count;
  return std::min(by_count, grid_.index_of(grid_.end_of(newest) - lookback.span));
}

bool ImportPatience::is_over_after_failure(Time now) {
  if (!first_failure_) first_failure_ = now;
  return now - *first_failure_ >= give_up_after_;
}

}  // namespace bellwether::ingest
