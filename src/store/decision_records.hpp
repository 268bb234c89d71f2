#pragma once

#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/routing_decision.hpp"

namespace bellwether::store {

// Where alerts held a group back (docs/formats/documents.md), in the groups family:
//
//   r id time alert     the gate and why

/// Where the decisions about a group stand.
std::string decision_prefix(std::string_view anomaly_id);
std::string decision_key(const RoutingDecision& decision);

std::string encode_decision(const RoutingDecision& decision);
Result<RoutingDecision> decode_decision(std::string_view key, std::string_view record);

}  // namespace bellwether::store
