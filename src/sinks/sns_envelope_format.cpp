#include "sns_envelope_format.hpp"

#include <chrono>
#include <cstdio>
#include <string>

#include "bellwether/base/ids.hpp"
#include "bellwether/document/json.hpp"

#include "aws_payload.hpp"
#include "batch.hpp"

namespace bellwether::sinks {
namespace {

constexpr const char* content_type = "text/plain; charset=UTF-8";

/// `2022-05-25T20:31:12.330Z`: always with milliseconds.
std::string sns_timestamp(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  std::string text = to_rfc3339(seconds);
  text.pop_back();
  char fraction[16];
  std::snprintf(fraction, sizeof fraction, ".%03dZ", static_cast<int>((time - seconds).count()));
  return text + fraction;
}

/// The topic that alerts would have been sent to; it exists nowhere.
std::string topic_arn(const AwsNames& names, const std::string& alert) {
  return "arn:aws:sns:" + names.region + ":" + names.account + ":" + alert;
}

}  // namespace

std::vector<WebhookMessage> make_sns_envelopes(const Notification& notification,
                                               const MessageContext& context) {
  const AwsNames names{context.aws.region, context.aws.account, context.public_url};
  const std::string topic = topic_arn(names, notification.alert);
  std::vector<WebhookMessage> messages;
  for (const Notification& one : each_group(notification)) {
    const std::string id = stable_uuid("sns message " + one.delivery_id + " " + one.group.id);
    document::Node envelope;
    envelope.set("Type", "Notification");
    envelope.set("MessageId", id);
    envelope.set("TopicArn", topic);
    envelope.set("Message", make_aws_payload(one, names));
    envelope.set("Timestamp", sns_timestamp(context.now));
    envelope.set("SignatureVersion", "1");
    envelope.set("Signature", "");
    envelope.set("SigningCertURL", "");
    envelope.set("UnsubscribeURL", "");
    messages.push_back({document::to_json(envelope),
                        content_type,
                        {{"x-amz-sns-message-type", "Notification"},
                         {"x-amz-sns-message-id", id},
                         {"x-amz-sns-topic-arn", topic}}});
  }
  return messages;
}

}  // namespace bellwether::sinks
