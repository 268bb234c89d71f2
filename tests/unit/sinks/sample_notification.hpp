#pragma once

#include <utility>

#include "bellwether/domain/delivery.hpp"

namespace bellwether::testing {

inline GroupSeries sample_series(const std::string& measure,
                                 std::map<std::string, std::string> dimensions, double value,
                                 double severity) {
  GroupSeries series;
  series.key = {measure, std::move(dimensions)};
  series.value = value;
  series.expected = 240.5;
  series.lower = 201;
  series.upper = 280;
  series.severity = severity;
  return series;
}

/// A group of two measures over two hours, opened by the second of them, of which the alert is
/// about `orders`.
inline Notification sample_notification() {
  Notification notification;
  notification.delivery_id = "0b0a7bfe-0000-5000-8000-000000000001";
  notification.alert = "orders-oncall";
  notification.sink = "topic";
  notification.detector = "shop-hourly";
  notification.interval = std::chrono::hours(1);
  notification.caused_at = parse_rfc3339("2026-03-02T15:00:00Z").value();
  notification.measure = "orders";
  AnomalyGroup& group = notification.group;
  group.id = "6f1c7d7e-0000-5000-8000-000000000002";
  group.detector = "shop-hourly";
  group.start = parse_rfc3339("2026-03-02T13:00:00Z").value();
  group.end = parse_rfc3339("2026-03-02T14:00:00Z").value();
  group.severity = 94.5;
  group.primary_measure = "revenue";
  group.measures = {{"orders",
                     4,
                     91.196,
                     {{"channel", {{"app", 100, -300}}},
                      {"country", {{"NL", 63.6, -190}, {"BE", 36.1, -108}, {"LU", 0.3, -2}}}}},
                    {"revenue", 1, 94.5, {}}};
  group.series = {
      sample_series("revenue", {{"channel", "app"}, {"country", "NL"}}, 12, 94.5),
      sample_series("orders", {{"channel", "app"}, {"country", "NL"}}, 3, 91.196),
      sample_series("orders", {{"channel", "app"}, {"country", "BE"}}, 11.25, 80),
      sample_series("orders", {{"country", "NL"}}, 40, 70),
      sample_series("orders", {{"channel", "app"}}, 50, 65),
  };
  group.series_total = 5;
  return notification;
}

}  // namespace bellwether::testing
