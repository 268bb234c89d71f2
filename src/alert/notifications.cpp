#include "notifications.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "bellwether/alert/gates.hpp"
#include "bellwether/base/ids.hpp"

namespace bellwether::alert {
namespace {

/// Lengths before the texts keep neighbours apart, whatever characters they hold.
void append_part(std::string& text, std::string_view part) {
  text.append(":").append(std::to_string(part.size())).append(":").append(part);
}

std::string delivery_id(const AlertSpec& alert, const std::string& sink,
                        std::span<const Saying> sayings) {
  std::string text = "delivery";
  for (const Saying& saying : sayings) {
    append_part(text, saying.group->id);
    append_part(text, alert.name);
    append_part(text, sink);
    append_part(text, to_string(saying.event));
    text += ":" + std::to_string(saying.times);
  }
  return stable_uuid(text);
}

/// The measure to show where there is room for one: the primary one where it passed the alert.
std::string passing_measure(const AlertSpec& alert, const AnomalyGroup& group) {
  const GroupSeries* first = nullptr;
  for (const GroupSeries& series : group.series) {
    if (!admits(alert, series)) continue;
    if (series.key.measure == group.primary_measure) return group.primary_measure;
    if (first == nullptr) first = &series;
  }
  return first == nullptr ? group.primary_measure : first->key.measure;
}

bool comes_first(const Saying& one, const Saying& other) {
  const auto rank = [](const Saying& saying) {
    return std::tuple(saying.event == GroupEvent::closed, -saying.group->severity,
                      std::string_view(saying.group->id));
  };
  return rank(one) < rank(other);
}

}  // namespace

void append_notifications(const RouterSettings& settings, const AlertSpec& alert,
                          std::span<const Saying> sayings, TimePoint time,
                          std::vector<Notification>& notifications) {
  std::vector<Saying> ranked(sayings.begin(), sayings.end());
  std::ranges::sort(ranked, comes_first);
  Notification notification;
  notification.alert = alert.name;
  notification.alert_description = alert.description;
  notification.detector = settings.detector;
  notification.interval = settings.interval;
  notification.timezone = settings.timezone;
  notification.event = ranked.front().event;
  notification.caused_at = time;
  notification.group = *ranked.front().group;
  notification.measure = passing_measure(alert, notification.group);
  for (std::size_t i = 1; i < ranked.size(); ++i)
    notification.others.push_back(
        {ranked[i].event, *ranked[i].group, passing_measure(alert, *ranked[i].group)});
  std::set<std::string> reached;
  for (const std::string& sink : alert.sinks) {
    if (!reached.insert(sink).second) continue;
    notification.sink = sink;
    notification.delivery_id = delivery_id(alert, sink, ranked);
    notifications.push_back(notification);
  }
}

}  // namespace bellwether::alert
