#pragma once

#include <cstdint>

#include "cadence.hpp"

namespace bellwether::detect {

/// A block's place among all that want to refit. It follows from the block's number alone, so that
/// it is the same after a restart and in a replay.
struct RefitTurn {
  double place = 0;      ///< From 0 to below 1.
  bool is_late = false;  ///< One of the many blocks of a large detector, which share out the time.

  /// 0 for a block that need not wait.
  double lateness() const { return is_late ? place : 0.0; }
};

/// Places differ as much as possible between neighbouring blocks. The first few blocks are never
/// late: a detector of some two thousand series learns its seasons as early as it can.
RefitTurn turn_of(std::uint64_t block);

/// The age of the first refit.
std::int64_t first_refit_age(const Cadence& cadence, const RefitTurn& turn);

/// The age, in points, at which a series of `age` points is to be refitted next. Often while it is
/// young and a season may show at any time, rarely later.
///
/// The refits of a late block all come later by up to three tenths of its age. As their cost grows
/// with the age and their gaps do as well, that keeps the load of many blocks level from the first
/// refits on.
std::int64_t next_refit_age(std::int64_t age, const Cadence& cadence, const RefitTurn& turn);

/// The age of the refit that follows a new regime begun at `age`: it may have another shape.
std::int64_t refit_age_after_shift(std::int64_t age, const Cadence& cadence, const RefitTurn& turn);

/// The same after a clock change, which all series see at once; until then they go by the profile
/// moved.
std::int64_t refit_age_after_clock_change(std::int64_t age, const Cadence& cadence,
                                          const RefitTurn& turn);

}  // namespace bellwether::detect
