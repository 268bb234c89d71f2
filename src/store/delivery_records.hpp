#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/delivery.hpp"

#include "database.hpp"
#include "delivery_slip.hpp"

namespace bellwether::store {

// The ledger (docs/formats/documents.md). In the deliveries family:
//
//   n id                           the delivery as it was created: what is sent, and never changes
//   s id                           how its sending goes
//   l created sequence id          its line in the list of all, newest first
//   g group created sequence id    the same in the list of each of its groups
//   q                              up to where places in the ledger may have been given
//
// and in the outbox family, while it is pending:
//
//   due id                         nothing; the key says it all

std::string encode_delivery(const Delivery& delivery);
Result<Delivery> decode_delivery(std::string_view record);

std::string notification_key(std::string_view id);
std::string slip_key(std::string_view id);
std::string due_key(TimePoint due, std::string_view id);

/// What the keys of a list begin with: of the list of all, or of a group's.
std::string list_prefix(const std::optional<std::string>& group);

/// A place in a list; the latest come first.
struct ListedDelivery {
  TimePoint created_at{};
  std::uint64_t sequence = 0;
  std::string id;
};

std::string list_key(const std::optional<std::string>& group, const ListedDelivery& place);

/// Reads what follows the prefix of a key. None: it does not read.
std::optional<ListedDelivery> read_list_key(std::string_view rest);

/// Writes a notification that is not in the ledger yet, due at once; none when it was there. One
/// that exists stays as it is: a replay must not send it anew.
Result<std::optional<PendingDelivery>> put_new_delivery(Database& database, Batch& batch,
                                                        const Notification& notification,
                                                        TimePoint now);

/// Writes a delivery's lines in the lists.
void put_list_lines(Batch& batch, std::string_view id, const DeliverySlip& slip);

/// Replaces how the sending goes, and moves the delivery's lines.
void put_slip(Batch& batch, std::string_view id, const DeliverySlip& before,
              const DeliverySlip& after);

/// Removes a delivery altogether.
void erase_delivery(Batch& batch, std::string_view id, const DeliverySlip& slip);

Result<std::optional<DeliverySlip>> find_slip(const Database& database, std::string_view id);

/// A delivery as it is now: what is sent, and how that goes.
Result<Delivery> read_delivery_record(const Database& database, std::string_view id,
                                      const DeliverySlip& slip);

/// Counts the outbox and finds the next place in the ledger.
Result<void> load_ledger(Database& database);

}  // namespace bellwether::store
