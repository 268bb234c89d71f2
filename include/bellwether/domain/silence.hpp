#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/problem.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/weekly_window.hpp"

namespace bellwether {

/// A rule that mutes deliveries for a time. What it leaves empty matches everything.
struct Silence {
  std::string id;
  std::string alert;
  std::string detector;
  std::string measure;
  std::string anomaly;                                         ///< The id of a group.
  std::map<std::string, std::vector<std::string>> dimensions;  ///< Values of one are OR.
  TimePoint from{};
  std::optional<TimePoint> until;         ///< Absent: for good, or until the group closes.
  std::optional<WeeklyWindow> recurring;  ///< Only within these, between from and until.
  bool until_closed = false;  ///< Groups that began while it mutes stay muted until they close.
  std::string owner;
  std::string reason;
  TimePoint created_at{};

  bool operator==(const Silence&) const = default;
};

Problems validate(const Silence& silence);

}  // namespace bellwether
