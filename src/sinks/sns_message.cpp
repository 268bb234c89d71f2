#include "sns_message.hpp"

#include <cstddef>
#include <string_view>

#include "bellwether/base/ids.hpp"
#include "bellwether/base/percent_encoding.hpp"
#include "bellwether/document/json.hpp"

#include "aws_message.hpp"
#include "aws_payload.hpp"
#include "aws_texts.hpp"
#include "batch.hpp"

namespace bellwether::sinks {
namespace {

/// `application/x-www-form-urlencoded`
class Form {
 public:
  void add(std::string_view name, std::string_view value) {
    if (!text_.empty()) text_ += '&';
    text_ += percent_encode(name) + "=" + percent_encode(value);
  }

  /// SNS refuses attributes without a value.
  void add_attribute(std::string_view name, std::string_view type, std::string_view value) {
    if (value.empty()) return;
    const std::string entry = "MessageAttributes.entry." + std::to_string(++attributes_);
    add(entry + ".Name", name);
    add(entry + ".Value.DataType", type);
    add(entry + ".Value.StringValue", value);
  }

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
  std::size_t attributes_ = 0;
};

void add_attributes(Form& form, const Notification& notification) {
  const double score = aws_score(notification);
  form.add_attribute("severity", "Number", document::to_json(document::Node(score)));
  form.add_attribute("detector", "String", notification.detector);
  form.add_attribute("measure", "String", measure_of(notification));
  form.add_attribute("event", "String", to_string(notification.event));
  form.add_attribute("alert", "String", notification.alert);
  form.add_attribute("delivery_id", "String", notification.delivery_id);
}

/// `notification` is of one group, or a batch that is told in one text.
std::string publish_body(const Notification& notification, const SnsSpec& sns,
                         const AwsNames& names) {
  Form form;
  form.add("Action", "Publish");
  form.add("Version", "2010-03-31");
  form.add("TopicArn", sns.topic_arn);
  if (sns.format != SnsFormat::json) form.add("Subject", make_subject(notification));
  form.add("Message", sns.format == SnsFormat::json        ? make_aws_payload(notification, names)
                      : sns.format == SnsFormat::long_text ? make_long_text(notification, names)
                                                           : make_short_text(notification, names));
  add_attributes(form, notification);
  if (sns.topic_arn.ends_with(".fifo")) {
    form.add("MessageGroupId", notification.group.id);
    form.add("MessageDeduplicationId",
             stable_uuid(notification.delivery_id + ":" + notification.group.id));
  }
  return form.take();
}

}  // namespace

std::vector<std::string> make_publish_bodies(const Notification& notification, const SnsSpec& sns,
                                             const AwsNames& names) {
  if (sns.format != SnsFormat::json) return {publish_body(notification, sns, names)};
  std::vector<std::string> bodies;
  for (const Notification& one : each_group(notification))
    bodies.push_back(publish_body(one, sns, names));
  return bodies;
}

}  // namespace bellwether::sinks
