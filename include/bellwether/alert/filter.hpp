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
/// the measure filter, all dimension filters, direction and smallest change at once.
std::optional<std::string> why_refused(const AlertSpec& alert, const AnomalyGroup& group);

/// Whether the silence mutes this alert for this group at `time`. A silence with measure or
/// dimensions mutes only when every series that passes the alert's own filters matches it.
bool is_silenced(const Silence& silence, const AlertSpec& alert, const AnomalyGroup& group,
                 TimePoint time);

}  // namespace bellwether::alert
