#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/delivery.hpp"

#include "database.hpp"

namespace bellwether::store {

// The ledger (docs/formats/documents.md). In the deliveries family:
//
//   n id            the delivery as it was created: what is sent, and never changes
//   s id            how its sending goes
//   c created id    its line in the list of all, newest first
//
// and in the outbox family, while it is pending:
//
//   due id          nothing; the key says it all

/// How the sending of a delivery goes, and what a list needs to pass it over.
struct DeliverySlip {
  DeliveryState state = DeliveryState::pending;
  std::uint32_t attempts = 0;
  TimePoint created_at{};
  TimePoint next_attempt_at{};
  std::optional<TimePoint> finished_at;
  std::string last_error;
  std::string alert;
  std::string detector;

  bool operator==(const DeliverySlip&) const = default;
};

DeliverySlip slip_of(const Delivery& delivery);
std::string encode_slip(const DeliverySlip& slip);
Result<DeliverySlip> decode_slip(std::string_view record);

std::string encode_delivery(const Delivery& delivery);
Result<Delivery> decode_delivery(std::string_view record);

std::string notification_key(std::string_view id);
std::string slip_key(std::string_view id);
std::string creation_key(TimePoint created_at, std::string_view id);
std::string due_key(TimePoint due, std::string_view id);

/// Writes a notification that is not in the ledger yet, due at once; gives whether it was new. One
/// that exists stays as it is: a replay must not send it anew.
Result<bool> put_new_delivery(const Database& database, Batch& batch,
                              const Notification& notification, TimePoint now);

/// Replaces how the sending goes, and moves the delivery's lines.
void put_slip(Batch& batch, std::string_view id, const DeliverySlip& before,
              const DeliverySlip& after);

/// Removes a delivery altogether.
void erase_delivery(Batch& batch, std::string_view id, const DeliverySlip& slip);

Result<std::optional<DeliverySlip>> find_slip(const Database& database, std::string_view id);

/// A delivery as it is now: what is sent, and how that goes.
Result<Delivery> read_delivery_record(const Database& database, std::string_view id,
                                      const DeliverySlip& slip);

/// Fills `PendingDeliveries` from the outbox family.
Result<void> load_pending_deliveries(Database& database);

}  // namespace bellwether::store
