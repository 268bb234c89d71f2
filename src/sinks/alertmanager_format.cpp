#include "alertmanager_format.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "bellwether/document/json.hpp"

#include "cut_text.hpp"
#include "message_words.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;

constexpr std::size_t max_groups_remembered = 10'000;
constexpr std::size_t max_series = 5;
constexpr std::size_t max_root_causes = 5;
constexpr std::size_t max_line_units = 500;
constexpr std::array<std::string_view, 4> severities_up{"info", "warning", "error", "critical"};

/// Alertmanager lets an alert without an end lapse after minutes, unless it is sent again and
/// again. Ours is sent once, so it bears an end far away, for the case that the real one is never
/// told.
TimePoint latest_end(const Notification& notification, TimePoint now) {
  constexpr int max_intervals = 30;
  return now + std::max<Duration>(std::chrono::days(7), max_intervals * notification.interval);
}

Node write_labels(const AlertFace& face, const News& news, const Notification& notification) {
  Node labels;
  labels.set("alertname", notification.alert);
  labels.set("anomaly_id", news.group.id);
  labels.set("detector", notification.detector);
  // Alertmanager has no empty labels.
  if (!face.measure.empty()) labels.set("measure", face.measure);
  labels.set("severity", face.severity);
  if (notification.is_test) labels.set("test", "true");
  return labels;
}

/// What the series were and what explains them, a line each.
std::string describe(const AnomalyGroup& group) {
  std::string text;
  const auto add = [&text](const std::string& line) {
    text += (text.empty() ? "" : "\n") + cut_text(line, max_line_units);
  };
  for (std::size_t i = 0; i < std::min(max_series, group.series.size()); ++i)
    add(group.series[i].key.measure + " of " + series_text(group.series[i]));
  for (std::size_t i = 0; i < std::min(max_root_causes, group.root_causes.size()); ++i)
    add(root_cause_text(group.root_causes[i]));
  return text;
}

Node write_annotations(const News& news, const Notification& notification) {
  Node annotations;
  annotations.set("summary", cut_text(headline(news, notification.detector), max_line_units));
  annotations.set("description", describe(news.group));
  if (!notification.alert_description.empty())
    annotations.set("alert_description", cut_text(notification.alert_description, max_line_units));
  return std::move(annotations)
      .set("severity", severity_text(news.group.severity))
      .set("series_total", std::to_string(news.group.series_total))
      .set("delivery_id", notification.delivery_id);
}

Node write_alert(const AlertFace& face, bool is_over, const News& news,
                 const Notification& notification, const MessageContext& context) {
  Node alert;
  alert.set("labels", write_labels(face, news, notification));
  alert.set("annotations", write_annotations(news, notification));
  // A detector on a replay clock may be ahead of us, and no alert may end before it starts.
  alert.set("startsAt", to_rfc3339(std::min(news.group.start, context.now)));
  alert.set("endsAt", to_rfc3339(is_over ? context.now : latest_end(notification, context.now)));
  const std::string link = group_link(context.public_url, news.group);
  if (!link.empty()) alert.set("generatorURL", link);
  return alert;
}

}  // namespace

AlertFace face_of(const News& news) {
  return {news.measure, std::string(severity_word(news.group.severity))};
}

std::vector<AlertFace> possible_faces(const News& news) {
  std::vector<AlertFace> faces;
  const auto add_all_severities = [&](const std::string& measure) {
    for (const std::string_view severity : severities_up) {
      faces.push_back({measure, std::string(severity)});
      // Corrected data may have lowered it; else it only ever rose.
      if (severity == severity_word(news.group.severity) && news.event != GroupEvent::amended &&
          news.event != GroupEvent::withdrawn)
        break;
    }
  };
  add_all_severities(news.measure);
  for (const GroupMeasure& measure : news.group.measures)
    if (measure.measure != news.measure) add_all_severities(measure.measure);
  return faces;
}

document::Node::List make_alertmanager_alerts(const News& news, const Notification& notification,
                                              const MessageContext& context,
                                              const std::vector<AlertFace>& former) {
  const AlertFace face = face_of(news);
  Node::List alerts;
  alerts.push_back(write_alert(face, is_ending(news.event), news, notification, context));
  for (const AlertFace& old : former)
    if (old != face)
      alerts.push_back(write_alert(old, /*is_over=*/true, news, notification, context));
  return alerts;
}

AlertmanagerFormat::AlertmanagerFormat() : faces_(max_groups_remembered) {}

std::vector<AlertFace> AlertmanagerFormat::former_faces(const std::string& key,
                                                        const News& news) const {
  if (auto known = faces_.find(key)) return std::move(*known);
  if (news.event == GroupEvent::opened) return {};
  return possible_faces(news);
}

WebhookMessage AlertmanagerFormat::make(const Notification& notification,
                                        const MessageContext& context) {
  Node::List alerts;
  for (const News& news : news_of(notification)) {
    const std::string key = notification.alert + "/" + news.group.id;
    auto faces = former_faces(key, news);
    for (Node& alert : make_alertmanager_alerts(news, notification, context, faces))
      alerts.push_back(std::move(alert));
    // Kept beside the new one: this attempt may fail, and the next must end them still.
    if (std::ranges::find(faces, face_of(news)) == faces.end()) faces.push_back(face_of(news));
    faces_.put(key, std::move(faces));
  }
  return {document::to_json(std::move(alerts))};
}

}  // namespace bellwether::sinks
