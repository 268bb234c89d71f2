#pragma once

#include <optional>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/detector_status.hpp"

namespace bellwether::api {

/// What a user wants a detector to do.
enum class Order { activate, deactivate, backtest, remove };

/// The word the catalog keeps for an order: `active`, `inactive`, `backtest`, `deleted`.
std::string_view to_word(Order order);
std::optional<Order> parse_order(std::string_view word);

/// The order in force: the last one given or, before any, what the spec says.
Order order_in_force(const std::optional<Order>& given, const DetectorSpec& spec);

/// The state as a user should see it: what the pipeline last said, unless an order stands that it
/// has not begun to carry out.
DetectorState visible_state(Order order, DetectorState said);

/// Whether the order makes sense in a state.
///
/// Errors   already_exists, in a sentence: "is learning already".
Result<void> check_order(Order order, DetectorState state);

}  // namespace bellwether::api
