#pragma once

#include <cstdint>

#include "bellwether/domain/detector_spec.hpp"

namespace bellwether::detect {

/// What it means when a series of a measure has no value in an interval.
enum class AbsenceRule : std::uint8_t {
  gap,    ///< Nothing.
  watch,  ///< A gap; but that a series stops which nearly always reports is an anomaly.
  zero,   ///< As `watch`; and until then, of such a series, a zero that is scored.
};

AbsenceRule absence_rule(OnMissing on_missing, Aggregate aggregate);

}  // namespace bellwether::detect
