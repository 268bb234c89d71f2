#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// Where a group can be stopped on its way to an alert's sinks, in the order they are passed.
enum class Gate : std::uint8_t {
  disabled,
  severity,
  measures,
  dimensions,
  direction,
  min_change,
  min_duration,
  top_n,         ///< Others of the interval are more severe.
  silence,       ///< A silence mutes it.
  acknowledged,  ///< Someone has taken it on, so it does not escalate.
  notify_on,     ///< The alert does not want to hear of this event.
  cooldown,      ///< The alert has spoken a short while ago.
};

std::string_view to_string(Gate gate);
std::optional<Gate> parse_gate(std::string_view text);

/// Why a group went no further, in words for people.
struct Refusal {
  Gate gate = Gate::disabled;
  std::string reason;

  bool operator==(const Refusal&) const = default;
};

/// That a group which passed an alert's filters was held back nevertheless. Noted when it begins or
/// changes, for it depends on the moment: what the filters say can be asked again at any time.
struct RoutingDecision {
  std::string anomaly_id;
  std::string alert;
  TimePoint time{};  ///< End of the interval, in the detector's time.
  Refusal refusal;

  bool operator==(const RoutingDecision&) const = default;
};

}  // namespace bellwether
