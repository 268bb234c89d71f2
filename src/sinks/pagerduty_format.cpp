#include "pagerduty_format.hpp"

#include <algorithm>

#include "bellwether/base/printable_text.hpp"
#include "bellwether/document/json.hpp"

#include "cut_text.hpp"
#include "message_words.hpp"
#include "news.hpp"

namespace bellwether::sinks {
namespace {

using document::Node;

constexpr std::size_t max_summary_units = 1024;
constexpr std::size_t max_lines = 10;
constexpr std::size_t max_line_units = 500;

/// What a person on call needs at a glance; the link has the rest.
Node write_details(const News& news, const Notification& notification) {
  const AnomalyGroup& group = news.group;
  Node series{Node::List{}};
  for (std::size_t i = 0; i < std::min(max_lines, group.series.size()); ++i)
    series.append(cut_text(group.series[i].key.measure + " of " + series_text(group.series[i]),
                           max_line_units));
  Node causes{Node::List{}};
  for (std::size_t i = 0; i < std::min(max_lines, group.root_causes.size()); ++i)
    causes.append(cut_text(root_cause_text(group.root_causes[i]), max_line_units));
  Node details;
  details.set("alert", printable_text(notification.alert));
  if (!notification.alert_description.empty())
    details.set("alert_description", printable_text(notification.alert_description));
  return std::move(details)
      .set("event", to_string(news.event))
      .set("severity", group.severity)
      .set("start", to_rfc3339(group.start))
      .set("end", to_rfc3339(group.end))
      .set("series_total", group.series_total)
      .set("series", std::move(series))
      .set("root_causes", std::move(causes))
      .set("delivery_id", notification.delivery_id);
}

Node write_payload(const News& news, const Notification& notification, TimePoint now) {
  const std::string prefix = notification.is_test ? "Test: " : "";
  Node payload;
  payload.set("summary",
              cut_text(prefix + headline(news, notification.detector), max_summary_units));
  payload.set("source", notification.detector.empty() ? "bellwether" : notification.detector);
  payload.set("severity", severity_word(news.group.severity));
  payload.set("timestamp", to_rfc3339(occurred_at(notification, now)));
  if (!news.measure.empty()) payload.set("component", news.measure);
  payload.set("group", notification.detector);
  payload.set("class", "anomaly");
  payload.set("custom_details", write_details(news, notification));
  return payload;
}

Node write_event(const News& news, const Notification& notification, const MessageContext& context,
                 const std::string& routing_key) {
  const bool is_over = is_ending(news.event);
  Node event;
  event.set("routing_key", routing_key);
  event.set("event_action", is_over ? "resolve" : "trigger");
  event.set("dedup_key", "bellwether/" + notification.alert + "/" + news.group.id);
  event.set("payload", write_payload(news, notification, context.now));
  event.set("client", "Bellwether");
  if (const std::string link = group_link(context.public_url, news.group); !link.empty()) {
    event.set("client_url", link);
    event.set("links", Node::List{Node().set("href", link).set("text", "Show the anomaly")});
  }
  return event;
}

}  // namespace

std::vector<WebhookMessage> make_pagerduty_messages(const Notification& notification,
                                                    const MessageContext& context,
                                                    const std::string& routing_key) {
  std::vector<WebhookMessage> messages;
  for (const News& news : news_of(notification))
    messages.push_back({document::to_json(write_event(news, notification, context, routing_key))});
  return messages;
}

}  // namespace bellwether::sinks
