#include "bellwether/domain/time_zone.hpp"

#include <algorithm>
#include <utility>

namespace bellwether {

TimeZone::TimeZone(std::string name, std::chrono::seconds first_offset, std::vector<Change> changes)
    : name_(std::move(name)), first_offset_(first_offset), changes_(std::move(changes)) {}

std::chrono::seconds TimeZone::offset_at(TimePoint time) const {
  const auto after =
      std::upper_bound(changes_.begin(), changes_.end(), time,
                       [](TimePoint moment, const Change& change) { return moment < change.at; });
  return after == changes_.begin() ? first_offset_ : std::prev(after)->offset;
}

TimePoint TimeZone::from_local(std::chrono::local_time<std::chrono::milliseconds> local) const {
  const TimePoint as_if_utc(local.time_since_epoch());
  // The offsets a day to either side are the only candidates; the larger one gives the first pass
  // of a doubled hour, and the one before the change moves a skipped hour on.
  const auto before = offset_at(as_if_utc - std::chrono::days(1));
  const auto after = offset_at(as_if_utc + std::chrono::days(1));
  for (const auto offset : {std::max(before, after), std::min(before, after)})
    if (offset_at(as_if_utc - offset) == offset) return as_if_utc - offset;
  return as_if_utc - before;
}

std::chrono::local_time<std::chrono::milliseconds> TimeZone::to_local(TimePoint time) const {
  return std::chrono::local_time<std::chrono::milliseconds>(time.time_since_epoch() +
                                                            offset_at(time));
}

}  // namespace bellwether
