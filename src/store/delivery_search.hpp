#pragma once

#include <functional>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/store/outbox.hpp"

#include "database.hpp"
#include "delivery_records.hpp"

namespace bellwether::store {

/// Walks over the deliveries that fit a query, newest first, from its cursor on, until `visit`
/// gives false. Reads no bodies; `limit` is the visitor's affair.
///
/// Errors   invalid_input: the cursor is not one of ours.
/// Cost     one read for every delivery of the group, or of the time, that is asked for.
Result<void> search_deliveries(
    const Database& database, const DeliveryQuery& query,
    const std::function<Result<bool>(const ListedDelivery&, const DeliverySlip&)>& visit);

/// `<milliseconds>_<sequence>` of the last delivery shown.
std::string encode_delivery_cursor(const ListedDelivery& last);

}  // namespace bellwether::store
