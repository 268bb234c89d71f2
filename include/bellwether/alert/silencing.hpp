#pragma once

#include "bellwether/alert/alert_rules.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether::alert {

/// Whether the silence mutes this alert for this group at `time`, the end of an interval of the
/// given length.
///
/// It does from `from` up to but without `until`, within its recurring windows if it has any; with
/// `until_closed` also later, for groups whose first interval ended while it did. A silence with
/// measure or dimensions looks at the series that pass the alert's own filters: it mutes when one
/// of them matches it and none is against it. A roll-up over a silenced dimension is not against
/// it, for the silenced values may be all that ails it.
bool is_silenced(const ZonedSilence& silence, const AlertSpec& alert, const AnomalyGroup& group,
                 TimePoint time, Duration interval);

}  // namespace bellwether::alert
