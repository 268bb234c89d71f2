#pragma once

#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether::explain {

/// What one interval did to a group.
struct GroupChange {
  AnomalyGroup group;
  bool is_opened = false;
  bool is_closed = false;

  bool operator==(const GroupChange&) const = default;
};

}  // namespace bellwether::explain
