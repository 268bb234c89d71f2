#include "news.hpp"

namespace bellwether::sinks {
namespace {

News make_news(GroupEvent event, const AnomalyGroup& group, const std::string& measure) {
  return {event, group, measure.empty() ? group.primary_measure : measure};
}

}  // namespace

std::vector<News> news_of(const Notification& notification) {
  std::vector<News> all{make_news(notification.event, notification.group, notification.measure)};
  for (const GroupNews& one : notification.others)
    all.push_back(make_news(one.event, one.group, one.measure));
  return all;
}

TimePoint occurred_at(const Notification& notification, TimePoint now) {
  return notification.caused_at == TimePoint{} ? now : notification.caused_at;
}

bool is_ending(GroupEvent event) {
  return event == GroupEvent::closed || event == GroupEvent::withdrawn;
}

}  // namespace bellwether::sinks
