#pragma once

#include <string>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/email_spec.hpp"

namespace bellwether::sinks {

/// A whole mail: headers, text and HTML. Its Message-ID is made of the delivery's id, so that one
/// which comes again is known; it refers to an id made of the group's, by which mail programs put
/// all that is said of a group into one thread.
///
/// Source   RFC 5322; RFC 2046 (multipart/alternative); RFC 3834 (Auto-Submitted).
std::string make_email(const Notification& notification, const EmailSpec& email, TimePoint now,
                       const std::string& public_url);

}  // namespace bellwether::sinks
