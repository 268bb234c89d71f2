#pragma once

#include <cstddef>

#include "bellwether/base/problem.hpp"
#include "bellwether/domain/acknowledgement.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/feedback.hpp"
#include "bellwether/domain/silence.hpp"

namespace bellwether {

// How long texts may be that people write. They are kept for as long as the audit is, and shown
// with everything they belong to. The bounds hold where a document is taken, not where a stored one
// is read: it may be older than they are.

/// Of descriptions, reasons and comments.
inline constexpr std::size_t max_text_bytes = 4096;

/// Of columns, dimensions, owners and other names that have no stricter rule.
inline constexpr std::size_t max_name_bytes = 256;

Problems validate_texts(const DetectorSpec& spec);
Problems validate_texts(const AlertSpec& spec);
Problems validate_texts(const Silence& silence);
Problems validate_texts(const Acknowledgement& acknowledgement);
Problems validate_texts(const Feedback& feedback);

}  // namespace bellwether
