#pragma once

#include <limits>
#include <string>

#include "bellwether/domain/delivery.hpp"

#include "webhook_message.hpp"

namespace bellwether::sinks::testing {

inline TimePoint at(const char* text) { return parse_rfc3339(text).value(); }

inline GroupSeries made_series(const std::string& marketplace, const std::string& category,
                               double value, double severity) {
  GroupSeries series;
  series.key = {"revenue", {{"marketplace", marketplace}, {"category", category}}};
  series.first = series.last = series.peak = at("2026-03-20T07:00:00Z");
  series.value = value;
  series.expected = 240.5;
  series.lower = 201;
  series.upper = 280;
  series.severity = severity;
  series.reason = Reason::unusual_value;
  return series;
}

/// Two series of Canada fell; one of them has a name that no markup may take for its own.
inline AnomalyGroup made_group() {
  AnomalyGroup group;
  group.id = "6f1c7d7e-0000-5000-8000-000000000002";
  group.detector = "ecommerce";
  group.start = at("2026-03-20T06:00:00Z");
  group.end = at("2026-03-20T07:00:00Z");
  group.severity = 77.3;
  group.primary_measure = "revenue";
  group.measures = {
      {"orders", 1, 61, {}},
      {"revenue", 2, 77.3, {{"marketplace", {{"CA", 100, -457}}}}},
  };
  group.root_causes = {{{{"marketplace", "CA"}}, "revenue", 93.1}};
  group.causes = {{"orders", "6f1c7d7e-0000-5000-8000-000000000003", 81.8}};
  group.series = {made_series("CA", "jewellery", 12, 81),
                  made_series("CA", "<!channel> & \"friends\"",
                              std::numeric_limits<double>::quiet_NaN(), 70.4)};
  group.series[1].reason = Reason::stopped_reporting;
  group.series_total = 2;
  return group;
}

inline Notification made_notification(GroupEvent event = GroupEvent::opened) {
  Notification notification;
  notification.delivery_id = "0b0a7bfe-0000-5000-8000-000000000001";
  notification.alert = "revenue-ca";
  notification.alert_description = "Ask <sales> first";
  notification.sink = "ops";
  notification.detector = "ecommerce";
  notification.interval = std::chrono::hours(1);
  notification.event = event;
  notification.caused_at = at("2026-03-20T08:00:00Z");
  notification.group = made_group();
  notification.measure = "revenue";
  if (event == GroupEvent::closed) notification.group.status = GroupStatus::closed;
  return notification;
}

/// A batch with a second group that is over.
inline Notification made_batch() {
  Notification notification = made_notification();
  GroupNews other{GroupEvent::closed, made_group(), "orders"};
  other.group.id = "6f1c7d7e-0000-5000-8000-000000000004";
  other.group.status = GroupStatus::closed;
  other.group.severity = 55;
  other.group.series.pop_back();
  notification.others = {other};
  return notification;
}

/// What an older server, or one that knows little, has to say.
inline Notification made_bare_notification() {
  Notification notification;
  notification.delivery_id = "0b0a7bfe-0000-5000-8000-000000000001";
  notification.alert = "revenue-ca";
  notification.detector = "ecommerce";
  notification.group.id = "6f1c7d7e-0000-5000-8000-000000000002";
  return notification;
}

inline MessageContext made_context() {
  return {at("2026-03-20T08:00:03.250Z"), "http://bellwether.example", {}};
}

}  // namespace bellwether::sinks::testing
