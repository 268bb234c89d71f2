#pragma once

#include <cstdint>

#include "cadence.hpp"

namespace bellwether::detect {

/// The age, in points, at which a series of `age` points is to be refitted next. Often while it is
/// young and a season may show at any time, rarely later.
///
/// `stagger`, from 0 to 1, is a block's own: it spreads the later refits of many series over time.
std::int64_t next_refit_age(std::int64_t age, const Cadence& cadence, double stagger);

/// The age of the first refit.
std::int64_t first_refit_age(const Cadence& cadence);

/// A number from 0 to below 1 that differs as much as possible between neighbouring blocks; 0 for
/// block 0.
double stagger_of(std::uint64_t block);

}  // namespace bellwether::detect
