#include "bellwether/alert/alert_router.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "bellwether/alert/filter.hpp"
#include "bellwether/base/bytes.hpp"
#include "bellwether/base/ids.hpp"

namespace bellwether::alert {
namespace {

constexpr std::uint8_t format_version = 1;
constexpr double escalating_rise = 10;

bool wants(const AlertSpec& alert, GroupEvent event) {
  return std::ranges::find(alert.notify_on, event) != alert.notify_on.end();
}

/// Lengths before the texts keep neighbours apart, whatever characters they hold.
std::string delivery_id(const Notification& notification, std::uint32_t times) {
  std::string text = "delivery";
  for (const std::string_view part :
       {std::string_view(notification.group.id), std::string_view(notification.alert),
        std::string_view(notification.sink), to_string(notification.event)})
    text.append(":").append(std::to_string(part.size())).append(":").append(part);
  return stable_uuid(text + ":" + std::to_string(times));
}

}  // namespace

AlertRouter::AlertRouter(std::string detector, Duration interval)
    : detector_(std::move(detector)), interval_(interval) {}

void AlertRouter::set_rules(std::vector<AlertSpec> alerts, std::vector<Silence> silences) {
  alerts_ = std::move(alerts);
  std::erase_if(alerts_, [this](const AlertSpec& alert) { return alert.detector != detector_; });
  std::ranges::stable_sort(alerts_, {}, &AlertSpec::name);
  silences_ = std::move(silences);
}

std::vector<Notification> AlertRouter::route(std::span<const RoutedGroup> groups, TimePoint time) {
  std::vector<Notification> notifications;
  for (const auto& [group, is_closed] : groups) {
    for (const auto& alert : alerts_) {
      if (!alert.enabled || is_muted(alert, group, time)) continue;
      const auto event = is_closed ? closing(alert, group) : news(alert, group);
      if (!event) continue;
      notify(alert, group, *event, time, notifications);
    }
    if (is_closed) told_.erase(group.id);
  }
  return notifications;
}

bool AlertRouter::is_muted(const AlertSpec& alert, const AnomalyGroup& group,
                           TimePoint time) const {
  return std::ranges::any_of(
      silences_, [&](const Silence& silence) { return is_silenced(silence, alert, group, time); });
}

/// What there is to say about an open group, if anything; remembers that it was told.
std::optional<GroupEvent> AlertRouter::news(const AlertSpec& alert, const AnomalyGroup& group) {
  if (why_refused(alert, group)) return std::nullopt;
  const auto known = told_.find(group.id);
  const bool is_first = known == told_.end() || !known->second.contains(alert.name);
  Told& told = told_[group.id][alert.name];
  const auto event = is_first ? GroupEvent::opened : GroupEvent::escalated;
  const bool is_news = is_first || group.severity >= told.severity + escalating_rise ||
                       group.series_total >= 2 * told.series;
  if (!is_news || (!is_first && !wants(alert, event))) return std::nullopt;
  // A group that passed is remembered even where its opening is not wanted: whatever comes later is
  // measured against this moment.
  told.severity = group.severity;
  told.series = group.series_total;
  if (!wants(alert, event)) return std::nullopt;
  return event;
}

std::optional<GroupEvent> AlertRouter::closing(const AlertSpec& alert,
                                               const AnomalyGroup& group) const {
  const auto known = told_.find(group.id);
  if (known == told_.end() || !known->second.contains(alert.name)) return std::nullopt;
  return wants(alert, GroupEvent::closed) ? std::optional(GroupEvent::closed) : std::nullopt;
}

void AlertRouter::notify(const AlertSpec& alert, const AnomalyGroup& group, GroupEvent event,
                         TimePoint time, std::vector<Notification>& notifications) {
  Told& told = told_[group.id][alert.name];
  ++told.times;
  std::set<std::string> reached;
  for (const auto& sink : alert.sinks) {
    if (!reached.insert(sink).second) continue;
    Notification notification;
    notification.alert = alert.name;
    notification.alert_description = alert.description;
    notification.sink = sink;
    notification.detector = detector_;
    notification.interval = interval_;
    notification.event = event;
    notification.caused_at = time;
    notification.group = group;
    notification.delivery_id = delivery_id(notification, told.times);
    notifications.push_back(std::move(notification));
  }
}

std::string AlertRouter::save() const {
  ByteWriter writer;
  writer.put(format_version);
  writer.put_varint(told_.size());
  for (const auto& [group, alerts] : told_) {
    writer.put_text(group);
    writer.put_varint(alerts.size());
    for (const auto& [alert, told] : alerts) {
      writer.put_text(alert);
      writer.put(told.severity);
      writer.put_varint(told.series);
      writer.put(told.times);
    }
  }
  return writer.take();
}

Result<void> AlertRouter::restore(std::string_view bytes) {
  told_.clear();
  ByteReader reader(bytes);
  const auto version = reader.get<std::uint8_t>();
  if (reader.failed()) return corrupt("the alert router's state is empty");
  if (version != format_version)
    return corrupt("the alert router's state has format " + std::to_string(version) +
                   "; this program reads format " + std::to_string(format_version));
  std::map<std::string, std::map<std::string, Told>> told;
  const std::uint64_t groups = reader.get_varint();
  for (std::uint64_t g = 0; g < groups && !reader.failed(); ++g) {
    auto& alerts = told[std::string(reader.get_text())];
    const std::uint64_t count = reader.get_varint();
    for (std::uint64_t a = 0; a < count && !reader.failed(); ++a) {
      Told& entry = alerts[std::string(reader.get_text())];
      entry.severity = reader.get<double>();
      entry.series = reader.get_varint();
      entry.times = reader.get<std::uint32_t>();
    }
  }
  if (!reader.is_complete()) return corrupt("the alert router's state does not decode");
  told_ = std::move(told);
  return ok();
}

}  // namespace bellwether::alert
