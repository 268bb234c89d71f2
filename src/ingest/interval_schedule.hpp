#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/lookback.hpp"

namespace bellwether::ingest {

/// Which intervals a source that imports whole intervals may read by now.
///
/// An interval is due when its end and the detector's offset have passed.
class IntervalSchedule {
 public:
  IntervalSchedule(IntervalGrid grid, Duration offset);

  /// The grid of a detector.
  ///
  /// Errors   invalid_input for an unknown time zone.
  static Result<IntervalSchedule> make(const DetectorSpec& spec);

  const IntervalGrid& grid() const { return grid_; }

  IntervalIndex newest_due(TimePoint now) const { return grid_.index_of(now - offset_) - 1; }
  TimePoint due_at(IntervalIndex interval) const { return grid_.end_of(interval) + offset_; }

  /// Where a first run begins: as far back as asked for, and always with the newest interval that
  /// is due, so that what is wrong shows at once.
  IntervalIndex first(TimePoint now, const Lookback& lookback) const;

 private:
  IntervalGrid grid_;
  Duration offset_;
};

/// How long one interval's import is tried before the source goes on without it.
///
/// Threads  one caller, which says what time it is.
class ImportPatience {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit ImportPatience(std::chrono::nanoseconds give_up_after) : give_up_after_(give_up_after) {}

  /// Notes that an attempt has failed; whether it was the last one.
  bool is_over_after_failure(Time now);

  /// The interval is done with; the next one gets the whole of it.
  void renew() { first_failure_.reset(); }

 private:
  std::chrono::nanoseconds give_up_after_;
  std::optional<Time> first_failure_;
};

}  // namespace bellwether::ingest
