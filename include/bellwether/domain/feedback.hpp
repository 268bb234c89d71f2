#pragma once

#include <optional>
#include <string>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// A person's word that a series of a group, or all of it, is or is not an anomaly.
struct Feedback {
  std::string anomaly_id;
  std::optional<std::string> series_id;  ///< Absent: all series of the group.
  bool is_anomaly = true;
  std::string comment;
  std::string author;
  TimePoint created_at{};

  bool operator==(const Feedback&) const = default;
};

}  // namespace bellwether
