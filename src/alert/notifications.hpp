#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bellwether/alert/alert_router.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::alert {

/// What an alert has decided to say of one group.
struct Saying {
  const AnomalyGroup* group = nullptr;
  GroupEvent event = GroupEvent::opened;
  std::uint32_t times = 0;  ///< The alert has spoken of the group so often, this time included.
};

/// Appends one notification per sink of the alert, about all the sayings together: the most severe
/// group that is not over stands first. There is at least one.
void append_notifications(const RouterSettings& settings, const AlertSpec& alert,
                          std::span<const Saying> sayings, TimePoint time,
                          std::vector<Notification>& notifications);

}  // namespace bellwether::alert
