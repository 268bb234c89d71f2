#pragma once

#include <string>
#include <vector>

#include "bellwether/domain/aws_names.hpp"
#include "bellwether/domain/aws_sink_spec.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

/// The bodies of the `Publish` requests that tell a topic of a notification: one, but for a batch
/// in JSON one for each group. Attributes let subscriptions choose: `severity` (a number), and
/// `detector`, `measure`, `event`, `alert` and `delivery_id`, which are texts. A topic in order
/// (`.fifo`) gets a group's messages in order.
///
/// Source   SNS Query API 2010-03-31; docs/formats/aws_messages.md.
std::vector<std::string> make_publish_bodies(const Notification& notification, const SnsSpec& sns,
                                             const AwsNames& names);

}  // namespace bellwether::sinks
