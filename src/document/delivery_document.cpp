#include "bellwether/document/group_documents.hpp"

#include "group_document.hpp"
#include "reading.hpp"

namespace bellwether::document {
namespace {

GroupNews read_news(Section& section) {
  GroupNews news;
  section.choice("event", news.event, parse_group_event, "an event of this version");
  section.optional("measure", news.measure);
  if (!section.has("anomaly")) section.missing("anomaly");
  section.child("anomaly", [&](Section& group) { news.group = read_group_section(group); });
  return news;
}

Node write_news(const GroupNews& news) {
  return Node()
      .set("event", to_string(news.event))
      .set("measure", news.measure)
      .set("anomaly", write_group(news.group, GroupDetail::full));
}

DeliveryAttempt read_attempt(Section& section) {
  DeliveryAttempt attempt;
  section.required("at", attempt.at);
  section.required("took", attempt.took);
  section.optional("error", attempt.error);
  return attempt;
}

Node write_attempt(const DeliveryAttempt& attempt) {
  Node node;
  node.set("at", to_rfc3339(attempt.at));
  node.set("took", to_string(attempt.took));
  if (!attempt.error.empty()) node.set("error", attempt.error);
  return node;
}

Notification read_notification(Section& section) {
  Notification notification;
  section.required("id", notification.delivery_id);
  section.required("alert", notification.alert);
  section.optional("alert_description", notification.alert_description);
  section.required("sink", notification.sink);
  section.required("detector", notification.detector);
  section.required("interval", notification.interval);
  section.optional("timezone", notification.timezone);
  section.choice("event", notification.event, parse_group_event, "an event of this version");
  section.required("caused_at", notification.caused_at);
  section.optional("test", notification.is_test);
  section.optional("measure", notification.measure);
  if (!section.has("anomaly")) section.missing("anomaly");
  section.child("anomaly", [&](Section& group) { notification.group = read_group_section(group); });
  section.children("others",
                   [&](Section& other) { notification.others.push_back(read_news(other)); });
  return notification;
}

Delivery read_delivery_section(Section& section) {
  Delivery delivery;
  delivery.notification = read_notification(section);
  section.choice("state", delivery.state, parse_delivery_state, "pending, delivered or dead");
  section.optional("sequence", delivery.sequence);
  read_count(section, "attempts", delivery.attempts);
  section.children("attempt_log", [&](Section& attempt) {
    delivery.attempt_log.push_back(read_attempt(attempt));
  });
  section.required("created_at", delivery.created_at);
  section.required("next_attempt_at", delivery.next_attempt_at);
  if (TimePoint finished; section.optional("finished_at", finished))
    delivery.finished_at = finished;
  section.optional("last_error", delivery.last_error);
  return delivery;
}

}  // namespace

Node write_delivery(const Delivery& delivery) {
  const Notification& notification = delivery.notification;
  Node node;
  node.set("id", notification.delivery_id);
  node.set("alert", notification.alert);
  if (!notification.alert_description.empty())
    node.set("alert_description", notification.alert_description);
  node.set("sink", notification.sink);
  node.set("detector", notification.detector);
  node.set("interval", to_string(notification.interval));
  node.set("timezone", notification.timezone);
  node.set("event", to_string(notification.event));
  node.set("caused_at", to_rfc3339(notification.caused_at));
  if (notification.is_test) node.set("test", true);
  node.set("state", to_string(delivery.state));
  node.set("sequence", delivery.sequence);
  node.set("attempts", std::uint64_t{delivery.attempts});
  Node::List attempts;
  for (const DeliveryAttempt& attempt : delivery.attempt_log)
    attempts.push_back(write_attempt(attempt));
  node.set("attempt_log", std::move(attempts));
  node.set("created_at", to_rfc3339(delivery.created_at));
  node.set("next_attempt_at", to_rfc3339(delivery.next_attempt_at));
  if (delivery.finished_at) node.set("finished_at", to_rfc3339(*delivery.finished_at));
  if (!delivery.last_error.empty()) node.set("last_error", delivery.last_error);
  if (!notification.measure.empty()) node.set("measure", notification.measure);
  node.set("anomaly", write_group(notification.group, GroupDetail::full));
  if (notification.others.empty()) return node;
  Node::List others;
  for (const GroupNews& other : notification.others) others.push_back(write_news(other));
  node.set("others", std::move(others));
  return node;
}

Result<Delivery> read_delivery(const Node& node) { return read_whole(node, read_delivery_section); }

}  // namespace bellwether::document
