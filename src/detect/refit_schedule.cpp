#include "refit_schedule.hpp"

#include <algorithm>
#include <cmath>

#include "historian.hpp"

namespace bellwether::detect {
namespace {

constexpr std::int64_t first_age = 64;
constexpr std::uint64_t prompt_blocks = 32;
constexpr double most_delay = 0.3;

// The cycle that refits are timed by: a day, or a week where a day has no points.
std::int64_t cycle_of(const Cadence& cadence) {
  if (cadence.has_day()) return cadence.points_per_day;
  return cadence.has_week() ? cadence.points_per_week : 7;
}

// The bits of the number mirrored behind the point (van der Corput's sequence).
double mirrored(std::uint64_t number) {
  double digit = 0.5;
  double place = 0;
  for (; number > 0; number >>= 1U, digit /= 2) {
    if ((number & 1U) != 0) place += digit;
  }
  return place;
}

double stretch_of(const RefitTurn& turn) { return 1 + most_delay * turn.lateness(); }

std::int64_t scaled(std::int64_t points, double factor) {
  return std::llround(static_cast<double>(points) * factor);
}

std::int64_t next_age_on_time(std::int64_t age, const Cadence& cadence, double place) {
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
  if (age >= 4 * cycle) gap += static_cast<std::int64_t>(place * static_cast<double>(gap) / 8);
  return age + gap;
}

}  // namespace

RefitTurn turn_of(std::uint64_t block) { return {mirrored(block), block >= prompt_blocks}; }

std::int64_t first_refit_age(const Cadence&, const RefitTurn& turn) {
  return scaled(first_age, stretch_of(turn));
}

std::int64_t next_refit_age(std::int64_t age, const Cadence& cadence, const RefitTurn& turn) {
  const double stretch = stretch_of(turn);
  return scaled(next_age_on_time(scaled(age, 1 / stretch), cadence, turn.place), stretch);
}

std::int64_t refit_age_after_shift(std::int64_t age, const Cadence& cadence,
                                   const RefitTurn& turn) {
  return age + scaled(std::int64_t{2} * cadence.points_per_day, 1 + turn.lateness());
}

std::int64_t refit_age_after_clock_change(std::int64_t age, const Cadence& cadence,
                                          const RefitTurn& turn) {
  return age + 1 + scaled(cadence.points_per_week, turn.lateness());
}

}  // namespace bellwether::detect
