#pragma once

#include <string>

#include "bellwether/domain/aws_names.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

// The texts that Amazon Lookout for Metrics sent to people, about any event. A batch is one text:
// its most severe group as if alone, then a line for each of the others. A sample that someone
// asked for begins with `[TEST] `.
//
// Source   docs/formats/aws_messages.md.

/// Names the series, and links to the anomaly and to the alert.
std::string make_long_text(const Notification& notification, const AwsNames& names);

/// One sentence and a link, never more than 1600 bytes, which SMS takes.
std::string make_short_text(const Notification& notification, const AwsNames& names);

/// One line for the heads of mails: at most 100 characters of ASCII, as SNS wants it.
std::string make_subject(const Notification& notification);

}  // namespace bellwether::sinks
