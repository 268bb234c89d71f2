#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "bellwether/base/result.hpp"
#include "bellwether/document/node.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/detector_status.hpp"
#include "bellwether/domain/feedback.hpp"
#include "bellwether/domain/quality.hpp"

namespace bellwether::document {

// What the engine found and people said of it, in the field names of the API. A number that is not
// there (NaN) is null; an id that is not there likewise.
//
// Errors   invalid_input, with every field that is missing or wrong.

/// How much of a group is written. `summary` leaves out contributions and series; `full` is what
/// the store keeps and what reads back as an equal group.
enum class GroupDetail { summary, full };

Node write_group(const AnomalyGroup& group, GroupDetail detail);
Result<AnomalyGroup> read_group(const Node& node);

/// One anomalous series, with its `series_id` among those of `detector`.
Node write_group_series(const GroupSeries& series, const std::string& detector);

/// Reads what people send too, so it wants no more than `is_anomaly` and refuses unknown keys. The
/// effect is left out: it is written by itself.
Node write_feedback(const Feedback& feedback);
Result<Feedback> read_feedback(const Node& node);

/// What feedback does in the models; `newest` is the start of the detector's newest interval.
Node write_feedback_effect(const Feedback& feedback, std::optional<TimePoint> newest);

Node write_quality(const IntervalQuality& quality);

Node write_status(const DetectorStatus& status);
Result<DetectorStatus> read_status(const Node& node);

/// The delivery, with the whole group as it was, as the ledger keeps and the API shows it.
Node write_delivery(const Delivery& delivery);
Result<Delivery> read_delivery(const Node& node);

/// The webhook body of the contract's section 7, at most `max_series` series of the group. The rest
/// of a batch follows as `others`, each with its event, at most 10 series and its links.
Node write_webhook_body(const Notification& notification, TimePoint sent_at,
                        const std::string& public_url, std::size_t max_series);

}  // namespace bellwether::document
