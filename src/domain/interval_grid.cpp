#include "bellwether/domain/interval_grid.hpp"

#include <utility>

namespace bellwether {
namespace {

std::int64_t floor_divide(std::int64_t value, std::int64_t by) {
  const std::int64_t quotient = value / by;
  return value % by < 0 ? quotient - 1 : quotient;
}

}  // namespace

IntervalGrid::IntervalGrid(Duration length, TimeZone zone)
    : length_(length), zone_(std::move(zone)) {}

IntervalIndex IntervalGrid::index_of(TimePoint time) const {
  const auto since_epoch =
      is_daily() ? zone_.to_local(time).time_since_epoch() : time.time_since_epoch();
  return floor_divide(since_epoch.count(), length_.count());
}

TimePoint IntervalGrid::start_of(IntervalIndex index) const {
  if (is_daily()) return zone_.from_local(std::chrono::local_time<Duration>(length_ * index));
  return TimePoint(length_ * index);
}

}  // namespace bellwether
