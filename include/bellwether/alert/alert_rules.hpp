#pragma once

#include <set>
#include <string>
#include <vector>

#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/silence.hpp"
#include "bellwether/domain/time_zone.hpp"

namespace bellwether::alert {

/// A silence with the time zone that its recurring window names (UTC where it has none).
struct ZonedSilence {
  Silence silence;
  TimeZone zone;
};

/// Everything people have said about who is told what.
struct AlertRules {
  std::vector<AlertSpec> alerts;
  std::vector<ZonedSilence> silences;
  std::set<std::string> acknowledged;  ///< Ids of groups that someone has taken on.
};

}  // namespace bellwether::alert
