#pragma once

#include <optional>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/routing_decision.hpp"

namespace bellwether::alert {

/// The first gate, `disabled` to `min_duration`, that stops a group before an alert. Empty: it
/// passes them all.
///
/// A group passes when its severity reaches the alert's, one of its anomalous series satisfies the
/// measure filter, all dimension filters, direction and smallest change at once, and it has lasted
/// long enough. Direction and change are those at the series' most severe interval. A series that
/// is rolled up over a filtered dimension has no value there and satisfies no filter of it. What an
/// alert leaves empty passes everything. Whether the alert is for this detector is for the caller
/// to ask.
std::optional<Refusal> why_refused(const AlertSpec& alert, const AnomalyGroup& group,
                                   Duration interval);

/// Whether a series satisfies the alert's measures, dimensions, direction and smallest change.
bool admits(const AlertSpec& alert, const GroupSeries& series);

}  // namespace bellwether::alert
