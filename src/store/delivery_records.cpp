#include "delivery_records.hpp"

#include "bellwether/document/group_documents.hpp"

#include "json_records.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t notification_version = 1;

void erase_list_lines(Batch& batch, std::string_view id, const DeliverySlip& slip) {
  const ListedDelivery place{slip.created_at, slip.sequence, std::string(id)};
  batch.erase(Family::deliveries, list_key({}, place));
  for (const std::string& group : slip.groups)
    batch.erase(Family::deliveries, list_key(group, place));
}

}  // namespace

std::string encode_delivery(const Delivery& delivery) {
  std::string record(1, static_cast<char>(notification_version));
  return record + document::to_json(document::write_delivery(delivery));
}

Result<Delivery> decode_delivery(std::string_view record) {
  if (record.empty() || record.front() != static_cast<char>(notification_version))
    return corrupt("a delivery has an unknown version");
  return read_own_json(record.substr(1), "a delivery", document::read_delivery);
}

std::string notification_key(std::string_view id) { return KeyWriter().kind('n').tail(id).take(); }

std::string slip_key(std::string_view id) { return KeyWriter().kind('s').tail(id).take(); }

std::string due_key(TimePoint due, std::string_view id) {
  return KeyWriter().time(due).tail(id).take();
}

std::string list_prefix(const std::optional<std::string>& group) {
  if (!group) return "l";
  return KeyWriter().kind('g').name(*group).take();
}

std::string list_key(const std::optional<std::string>& group, const ListedDelivery& place) {
  return list_prefix(group) +
         KeyWriter().newest_first(place.created_at).number(~place.sequence).tail(place.id).take();
}

std::optional<ListedDelivery> read_list_key(std::string_view rest) {
  KeyReader reader(rest);
  ListedDelivery place;
  place.created_at = reader.newest_first();
  place.sequence = ~reader.number<std::uint64_t>();
  if (reader.failed()) return std::nullopt;
  place.id = reader.tail();
  return place;
}

Result<std::optional<PendingDelivery>> put_new_delivery(Database& database, Batch& batch,
                                                        const Notification& notification,
                                                        TimePoint now) {
  const std::string& id = notification.delivery_id;
  const auto existing = database.get(Family::deliveries, slip_key(id));
  if (!existing) return existing.error();
  if (*existing) return std::optional<PendingDelivery>();
  const auto sequence = database.ledger_sequence().take(database);
  if (!sequence) return sequence.error();
  Delivery delivery;
  delivery.notification = notification;
  delivery.sequence = *sequence;
  delivery.created_at = now;
  delivery.next_attempt_at = now;
  const DeliverySlip slip = slip_of(delivery);
  batch.put(Family::deliveries, notification_key(id), encode_delivery(delivery));
  const std::string record = encode_slip(slip);
  batch.put(Family::deliveries, slip_key(id), record);
  put_list_lines(batch, id, slip);
  batch.put(Family::outbox, due_key(now, id), record);
  return std::optional(pending_of(id, slip));
}

void put_list_lines(Batch& batch, std::string_view id, const DeliverySlip& slip) {
  const ListedDelivery place{slip.created_at, slip.sequence, std::string(id)};
  batch.put(Family::deliveries, list_key({}, place), "");
  for (const std::string& group : slip.groups)
    batch.put(Family::deliveries, list_key(group, place), "");
}

void put_slip(Batch& batch, std::string_view id, const DeliverySlip& before,
              const DeliverySlip& after) {
  if (before.state == DeliveryState::pending)
    batch.erase(Family::outbox, due_key(before.next_attempt_at, id));
  if (before.created_at != after.created_at) {
    erase_list_lines(batch, id, before);
    put_list_lines(batch, id, after);
  }
  const std::string record = encode_slip(after);
  batch.put(Family::deliveries, slip_key(id), record);
  if (after.state == DeliveryState::pending)
    batch.put(Family::outbox, due_key(after.next_attempt_at, id), record);
}

void erase_delivery(Batch& batch, std::string_view id, const DeliverySlip& slip) {
  batch.erase(Family::deliveries, notification_key(id));
  batch.erase(Family::deliveries, slip_key(id));
  erase_list_lines(batch, id, slip);
  if (slip.state == DeliveryState::pending)
    batch.erase(Family::outbox, due_key(slip.next_attempt_at, id));
}

Result<std::optional<DeliverySlip>> find_slip(const Database& database, std::string_view id) {
  const auto record = database.get(Family::deliveries, slip_key(id));
  if (!record) return record.error();
  if (!*record) return std::optional<DeliverySlip>();
  auto slip = decode_slip(**record);
  if (!slip) return while_doing("delivery '" + std::string(id) + "'", slip.error());
  return std::optional(std::move(*slip));
}

Result<Delivery> read_delivery_record(const Database& database, std::string_view id,
                                      const DeliverySlip& slip) {
  const std::string activity = "delivery '" + std::string(id) + "'";
  const auto record = database.get(Family::deliveries, notification_key(id));
  if (!record) return while_doing(activity, record.error());
  if (!*record) return while_doing(activity, corrupt("what it says is missing"));
  auto delivery = decode_delivery(**record);
  if (!delivery) return while_doing(activity, delivery.error());
  delivery->state = slip.state;
  delivery->sequence = slip.sequence;
  delivery->attempts = slip.attempts;
  delivery->attempt_log = slip.attempt_log;
  delivery->created_at = slip.created_at;
  delivery->next_attempt_at = slip.next_attempt_at;
  delivery->finished_at = slip.finished_at;
  delivery->last_error = slip.last_error;
  return delivery;
}

Result<void> load_ledger(Database& database) {
  std::size_t count = 0;
  auto cursor = database.scan(Family::outbox, {});
  for (; cursor.valid(); cursor.next()) ++count;
  if (auto status = cursor.status(); !status) return status;
  database.pending_deliveries().load(count);
  return database.ledger_sequence().load(database);
}

}  // namespace bellwether::store
