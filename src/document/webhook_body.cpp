#include <algorithm>

#include "bellwether/document/group_documents.hpp"

#include "group_document.hpp"
#include "write_texts.hpp"

// Receivers parse this body: its fields are the contract's and change only with `version`, whatever
// else the API comes to say of a group.

namespace bellwether::document {
namespace {

constexpr int body_version = 1;

/// Of each further group of a batch. There may be many, and `series_total` tells what is left out.
constexpr std::size_t max_series_of_others = 10;

Node write_measure(const GroupMeasure& measure) {
  Node::List contributions;
  for (const auto& contribution : measure.contributions) {
    Node::List values;
    for (const auto& one : contribution.values)
      values.push_back(Node().set("value", one.value).set("percent", one.percent));
    contributions.push_back(
        Node().set("dimension", contribution.dimension).set("values", std::move(values)));
  }
  return Node()
      .set("measure", measure.measure)
      .set("series_count", measure.series_count)
      .set("contributions", std::move(contributions));
}

Node write_series(const GroupSeries& series) {
  return Node()
      .set("measure", series.key.measure)
      .set("dimensions", write_texts(series.key.dimensions))
      .set("value", series.value)
      .set("expected", series.expected)
      .set("lower", series.lower)
      .set("upper", series.upper)
      .set("severity", series.severity);
}

Node write_anomaly(const AnomalyGroup& group, std::size_t max_series) {
  Node::List measures;
  for (const auto& measure : group.measures) measures.push_back(write_measure(measure));
  Node::List series;
  const std::size_t count = std::min(max_series, group.series.size());
  for (std::size_t i = 0; i < count; ++i) series.push_back(write_series(group.series[i]));
  Node node;
  node.set("id", group.id);
  node.set("start", to_rfc3339(group.start));
  node.set("end", to_rfc3339(group.end));
  node.set("status", to_string(group.status));
  node.set("severity", group.severity);
  node.set("primary_measure", group.primary_measure);
  node.set("measures", std::move(measures));
  node.set("root_causes", write_root_causes(group.root_causes));
  node.set("causes", write_related(group.causes));
  node.set("effects", write_related(group.effects));
  node.set("series", std::move(series));
  node.set("series_total", group.series_total);
  return node;
}

std::string event_name(GroupEvent event) { return "anomaly." + std::string(to_string(event)); }

Node write_links(const AnomalyGroup& group, const std::string& public_url) {
  return Node().set("anomaly", public_url + "/anomalies/" + group.id);
}

/// The rest of a batch.
Node write_others(const std::vector<GroupNews>& others, const std::string& public_url,
                  std::size_t max_series) {
  Node::List list;
  for (const GroupNews& news : others)
    list.push_back(Node()
                       .set("event", event_name(news.event))
                       .set("anomaly", write_anomaly(news.group, max_series))
                       .set("links", write_links(news.group, public_url)));
  return list;
}

}  // namespace

Node write_webhook_body(const Notification& notification, TimePoint sent_at,
                        const std::string& public_url, std::size_t max_series) {
  Node node;
  node.set("version", body_version);
  node.set("event", event_name(notification.event));
  if (notification.is_test) node.set("test", true);
  node.set("delivery_id", notification.delivery_id);
  node.set("sent_at", to_rfc3339(sent_at));
  node.set("alert", Node().set("name", notification.alert));
  node.set(
      "detector",
      Node().set("name", notification.detector).set("interval", to_string(notification.interval)));
  node.set("anomaly", write_anomaly(notification.group, max_series));
  node.set("links", write_links(notification.group, public_url));
  if (!notification.others.empty())
    node.set("others", write_others(notification.others, public_url,
                                    std::min(max_series, max_series_of_others)));
  return node;
}

}  // namespace bellwether::document
