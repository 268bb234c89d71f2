#pragma once

#include <cstdint>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"

namespace bellwether::config {

enum class ClockMode : std::uint8_t {
  system,  ///< The wall clock.
  replay,  ///< A virtual one, for watching history as if it happened now.
};

struct ClockSettings {
  ClockMode mode = ClockMode::system;
  TimePoint start{};  ///< For replay: what the clock shows when the server starts ...
  double speed = 1;   ///< ... and how many times as fast as real time it then runs.

  bool operator==(const ClockSettings&) const = default;
};

Problems validate(const ClockSettings& settings);

}  // namespace bellwether::config
