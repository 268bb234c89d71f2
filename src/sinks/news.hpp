#pragma once

#include <string>
#include <vector>

#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

/// What a notification says of one group.
struct News {
  GroupEvent event = GroupEvent::opened;
  const AnomalyGroup& group;
  const std::string& measure;  ///< The one it is told by; may be empty.
};

/// All groups of a notification, most severe first: one, or those of a batch. They point into it.
std::vector<News> news_of(const Notification& notification);

/// When that happened, in the detector's time; for the receiver it is the same at every attempt.
TimePoint occurred_at(const Notification& notification, TimePoint now);

/// Whether the group needs nobody any more.
bool is_ending(GroupEvent event);

}  // namespace bellwether::sinks
