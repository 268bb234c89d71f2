#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/audit_entry.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/routing_decision.hpp"
#include "bellwether/store/store.hpp"

namespace bellwether::api {

/// What has become of a group at one alert.
struct AlertTrace {
  enum class Outcome {
    sent,
    pending,
    failed,     ///< Every delivery is dead.
    held_back,  ///< It passed the filters and was kept back all the same.
    stopped,    ///< It does not pass the filters.
    not_told,   ///< It passes the alert as that is now, and was not told of it.
  };

  std::string alert;
  Outcome outcome = Outcome::stopped;
  std::optional<Refusal> refusal;          ///< Of the filters, by the alert and the group as now.
  std::vector<RoutingDecision> held_back;  ///< As it was decided then, in that order.
  std::vector<Delivery> deliveries;        ///< In the order they were made.
  std::optional<Author> last_change;       ///< Of the alert.
};

std::string_view to_string(AlertTrace::Outcome outcome);

/// Why the group was told, or not, by each alert of its detector, by name; alerts that are gone and
/// had told of it are there too.
///
/// Filters are asked again, by the rules as they are now; what held the group back and what was
/// sent was written down when it happened.
Result<std::vector<AlertTrace>> trace_group(store::Store& store, const AnomalyGroup& group,
                                            Duration interval);

/// The trace in a sentence for people.
std::string in_words(const AlertTrace& trace, const AnomalyGroup& group);

}  // namespace bellwether::api
