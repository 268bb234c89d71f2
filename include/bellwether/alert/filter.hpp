#pragma once

#include <optional>
#include <string>

#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/silence.hpp"

namespace bellwether::alert {

/// Why a group does not pass an alert: the first gate that stopped it, in words. Empty: it passes.
///
/// A group passes when its severity reaches the alert's, and one of its anomalous series satisfies
/// the measure filter, all dimension filters, direction and smallest change at once. Direction and
/// change are those at the series' most severe interval. A series that is rolled up over a filtered
/// dimension has no value there and satisfies no filter of it. What an alert leaves empty passes
/// everything. Whether the alert is enabled, and for this detector, is for the caller to ask.
std::optional<std::string> why_refused(const AlertSpec& alert, const AnomalyGroup& group);

/// Whether the silence mutes this alert for this group at `time`, from `from` up to but without
/// `until`.
///
/// A silence with measure or dimensions looks at the series that pass the alert's own filters: it
/// mutes when one of them matches it and none is against it. A roll-up over a silenced dimension is
/// not against it, for the silenced values may be all that ails it.
bool is_silenced(const Silence& silence, const AlertSpec& alert, const AnomalyGroup& group,
                 TimePoint time);

}  // namespace bellwether::alert
