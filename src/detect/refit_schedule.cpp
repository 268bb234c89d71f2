#include "refit_schedule.hpp"

#include <algorithm>

#include "historian.hpp"

namespace bellwether::detect {
namespace {

constexpr std::int64_t first_age = 64;

// The cycle that refits are timed by: a day, or a week where a day has no points.
std::int64_t cycle_of(const Cadence& cadence) {
  if (cadence.has_day()) return cadence.points_per_day;
  return cadence.has_week() ? cadence.points_per_week : 7;
}

}  // namespace

std::int64_t first_refit_age(const Cadence&) { return first_age; }

std::int64_t next_refit_age(std::int64_t age, const Cadence& cadence, double stagger) {
  const std::int64_t cycle = cycle_of(cadence);
  if (age < 2 * cycle) return std::min(2 * age, 2 * cycle);
  std::int64_t gap = 0;
  if (age < 4 * cycle) {
    gap = cycle;
  } else if (age < 14 * cycle) {
    gap = static_cast<std::int64_t>(static_cast<double>(age) * 0.3);
  } else {
    gap = std::clamp(age / 3, 7 * cycle, std::max(most_history, 7 * cycle));
  }
  // The first days are exact: that is when a new detector learns its seasons.
  if (age >= 4 * cycle) gap += static_cast<std::int64_t>(stagger * static_cast<double>(gap) / 8);
  return age + gap;
}

// The bits of the number mirrored behind the point (van der Corput's sequence).
double stagger_of(std::uint64_t block) {
  double place = 0.5;
  double stagger = 0;
  for (; block > 0; block >>= 1U, place /= 2) {
    if ((block & 1U) != 0) stagger += place;
  }
  return stagger;
}

}  // namespace bellwether::detect
