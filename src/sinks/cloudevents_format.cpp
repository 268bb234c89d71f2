#include "cloudevents_format.hpp"

#include "bellwether/document/json.hpp"

#include "json_format.hpp"
#include "news.hpp"

namespace bellwether::sinks {

WebhookMessage make_cloudevents_message(const Notification& notification,
                                        const MessageContext& context) {
  document::Node event;
  event.set("specversion", "1.0");
  event.set("id", notification.delivery_id);
  event.set("source", context.public_url + "/api/v1/detectors/" + notification.detector);
  event.set("type", "bellwether.anomaly." + std::string(to_string(notification.event)));
  event.set("subject", notification.group.id);
  event.set("time", to_rfc3339(occurred_at(notification, context.now)));
  event.set("datacontenttype", "application/json");
  event.set("data", make_json_body(notification, context));
  return {document::to_json(event), "application/cloudevents+json"};
}

}  // namespace bellwether::sinks
