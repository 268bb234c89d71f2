#pragma once

#include <string>

#include "bellwether/base/time.hpp"

namespace bellwether {

/// Someone has taken an anomaly group on: alerts do not escalate it any more, and still say when it
/// is over.
struct Acknowledgement {
  std::string anomaly_id;
  std::string owner;
  std::string comment;
  TimePoint created_at{};

  bool operator==(const Acknowledgement&) const = default;
};

}  // namespace bellwether
