#include "template_format.hpp"

#include "json_format.hpp"

namespace bellwether::sinks {

WebhookMessage make_template_message(const Notification& notification,
                                     const MessageContext& context,
                                     const document::BodyTemplate& body_template,
                                     const std::string& content_type) {
  return {body_template.render(make_json_body(notification, context)), content_type};
}

}  // namespace bellwether::sinks
