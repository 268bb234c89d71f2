#pragma once

#include <string>

#include "bellwether/domain/delivery.hpp"

namespace bellwether::sinks {

// What a mail says, twice: as text and as HTML, of the same parts in the same order. The times are
// those of the detector's own time zone. Lines end with a line feed.

std::string make_email_text(const Notification& notification, const std::string& public_url);

/// Without pictures, scripts and anything from elsewhere; every text of others is escaped.
std::string make_email_html(const Notification& notification, const std::string& public_url);

}  // namespace bellwether::sinks
