#pragma once

#include <vector>

#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

/// A notification as several of one group each, its own first; for formats that hold one group.
/// All carry the delivery's id.
std::vector<Notification> each_group(const Notification& notification);

}  // namespace bellwether::sinks
