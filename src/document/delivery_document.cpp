#include "bellwether/document/group_documents.hpp"

#include "group_document.hpp"
#include "reading.hpp"

namespace bellwether::document {
namespace {

Notification read_notification(Section& section) {
  Notification notification;
  section.required("id", notification.delivery_id);
  section.required("alert", notification.alert);
  section.required("sink", notification.sink);
  section.required("detector", notification.detector);
  section.required("interval", notification.interval);
  section.choice("event", notification.event, parse_group_event, "an event of this version");
  section.required("caused_at", notification.caused_at);
  section.optional("test", notification.is_test);
  if (!section.has("anomaly")) section.missing("anomaly");
  section.child("anomaly", [&](Section& group) { notification.group = read_group_section(group); });
  return notification;
}

Delivery read_delivery_section(Section& section) {
  Delivery delivery;
  delivery.notification = read_notification(section);
  section.choice("state", delivery.state, parse_delivery_state, "pending, delivered or dead");
  read_count(section, "attempts", delivery.attempts);
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
  node.set("sink", notification.sink);
  node.set("detector", notification.detector);
  node.set("interval", to_string(notification.interval));
  node.set("event", to_string(notification.event));
  node.set("caused_at", to_rfc3339(notification.caused_at));
  if (notification.is_test) node.set("test", true);
  node.set("state", to_string(delivery.state));
  node.set("attempts", std::uint64_t{delivery.attempts});
  node.set("created_at", to_rfc3339(delivery.created_at));
  node.set("next_attempt_at", to_rfc3339(delivery.next_attempt_at));
  if (delivery.finished_at) node.set("finished_at", to_rfc3339(*delivery.finished_at));
  if (!delivery.last_error.empty()) node.set("last_error", delivery.last_error);
  node.set("anomaly", write_group(notification.group, GroupDetail::full));
  return node;
}

Result<Delivery> read_delivery(const Node& node) { return read_whole(node, read_delivery_section); }

}  // namespace bellwether::document
