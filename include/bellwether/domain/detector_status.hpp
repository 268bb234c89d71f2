#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/source_health.hpp"

namespace bellwether {

/// A detector's life cycle; names follow the reference.
enum class DetectorState : std::uint8_t {
  inactive,
  activating,
  learning,
  active,
  deactivating,
  deactivated,
  backtest_activating,
  backtest_active,
  backtest_complete,
  failed,
  deleting,
};

std::string_view to_string(DetectorState state);
std::optional<DetectorState> parse_detector_state(std::string_view text);

/// What a detector is doing, as its pipeline last said.
struct DetectorStatus {
  DetectorState state = DetectorState::inactive;
  std::string failure = {};                     ///< Why, when `failed`.
  std::optional<TimePoint> last_interval = {};  ///< Start of the newest committed interval.
  std::uint64_t intervals = 0;                  ///< Committed so far.
  std::uint64_t series = 0;                     ///< Combinations, roll-ups included.
  SourceHealth source = SourceHealth::healthy;  ///< As of the newest interval.
  std::optional<TimePoint> source_since = {};   ///< Start of the first interval of its trouble.
  TimePoint changed_at{};

  bool operator==(const DetectorStatus&) const = default;
};

}  // namespace bellwether
