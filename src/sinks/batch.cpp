#include "batch.hpp"

namespace bellwether::sinks {

std::vector<Notification> each_group(const Notification& notification) {
  Notification first = notification;
  first.others.clear();
  std::vector<Notification> all{first};
  for (const GroupNews& news : notification.others) {
    Notification& one = all.emplace_back(first);
    one.event = news.event;
    one.group = news.group;
    one.measure = news.measure;
  }
  return all;
}

}  // namespace bellwether::sinks
