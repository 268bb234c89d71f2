#pragma once

#include <string>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

/// The start of the interval that caused a notification, which lies within its group: what messages
/// in the AWS dialect give as their time.
TimePoint interval_start(const Notification& notification);

// A moment in a time zone, by its IANA name. One that this host does not know counts as UTC:
// whoever wrote the notification checked it, and a message must not fail for its time zone.

/// Java's `ZonedDateTime` text: `2026-03-02T14:00Z[UTC]`,
/// `2026-07-01T09:00:30+02:00[Europe/Paris]`. Seconds only where they are not zero.
std::string to_zoned_text(TimePoint time, const std::string& timezone);

/// `May 25, 2022 at 8:05 PM`
std::string to_english_text(TimePoint time, const std::string& timezone);

}  // namespace bellwether::sinks
