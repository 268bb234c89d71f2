#include "delivery_records.hpp"

#include "bellwether/base/bytes.hpp"
#include "bellwether/document/group_documents.hpp"

#include "json_records.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint8_t slip_version = 1;
constexpr std::uint8_t notification_version = 1;

}  // namespace

DeliverySlip slip_of(const Delivery& delivery) {
  return {delivery.state,
          delivery.attempts,
          delivery.created_at,
          delivery.next_attempt_at,
          delivery.finished_at,
          delivery.last_error,
          delivery.notification.alert,
          delivery.notification.detector};
}

std::string encode_slip(const DeliverySlip& slip) {
  ByteWriter writer;
  writer.put(slip_version);
  writer.put(static_cast<std::uint8_t>(slip.state));
  writer.put(slip.attempts);
  writer.put(slip.created_at.time_since_epoch().count());
  writer.put(slip.next_attempt_at.time_since_epoch().count());
  writer.put(static_cast<std::uint8_t>(slip.finished_at.has_value()));
  writer.put(slip.finished_at.value_or(TimePoint()).time_since_epoch().count());
  writer.put_text(slip.last_error);
  writer.put_text(slip.alert);
  writer.put_text(slip.detector);
  return writer.take();
}

Result<DeliverySlip> decode_slip(std::string_view record) {
  ByteReader reader(record);
  const auto time = [&] { return TimePoint(Duration(reader.get<std::int64_t>())); };
  if (reader.get<std::uint8_t>() != slip_version)
    return corrupt("the state of a delivery has an unknown version");
  DeliverySlip slip;
  const auto state = reader.get<std::uint8_t>();
  slip.state = static_cast<DeliveryState>(state);
  slip.attempts = reader.get<std::uint32_t>();
  slip.created_at = time();
  slip.next_attempt_at = time();
  const bool is_finished = reader.get<std::uint8_t>() != 0;
  const TimePoint finished_at = time();
  if (is_finished) slip.finished_at = finished_at;
  slip.last_error = reader.get_text();
  slip.alert = reader.get_text();
  slip.detector = reader.get_text();
  if (!reader.is_complete() || state > static_cast<std::uint8_t>(DeliveryState::dead))
    return corrupt("the state of a delivery does not decode");
  return slip;
}

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

std::string creation_key(TimePoint created_at, std::string_view id) {
  return KeyWriter().kind('c').newest_first(created_at).tail(id).take();
}

std::string due_key(TimePoint due, std::string_view id) {
  return KeyWriter().time(due).tail(id).take();
}

Result<bool> put_new_delivery(const Database& database, Batch& batch,
                              const Notification& notification, TimePoint now) {
  const std::string& id = notification.delivery_id;
  const auto existing = database.get(Family::deliveries, slip_key(id));
  if (!existing) return existing.error();
  if (*existing) return false;
  Delivery delivery;
  delivery.notification = notification;
  delivery.created_at = now;
  delivery.next_attempt_at = now;
  batch.put(Family::deliveries, notification_key(id), encode_delivery(delivery));
  batch.put(Family::deliveries, slip_key(id), encode_slip(slip_of(delivery)));
  batch.put(Family::deliveries, creation_key(now, id), "");
  batch.put(Family::outbox, due_key(now, id), "");
  return true;
}

void put_slip(Batch& batch, std::string_view id, const DeliverySlip& before,
              const DeliverySlip& after) {
  if (before.state == DeliveryState::pending)
    batch.erase(Family::outbox, due_key(before.next_attempt_at, id));
  if (before.created_at != after.created_at) {
    batch.erase(Family::deliveries, creation_key(before.created_at, id));
    batch.put(Family::deliveries, creation_key(after.created_at, id), "");
  }
  batch.put(Family::deliveries, slip_key(id), encode_slip(after));
  if (after.state == DeliveryState::pending)
    batch.put(Family::outbox, due_key(after.next_attempt_at, id), "");
}

void erase_delivery(Batch& batch, std::string_view id, const DeliverySlip& slip) {
  batch.erase(Family::deliveries, notification_key(id));
  batch.erase(Family::deliveries, slip_key(id));
  batch.erase(Family::deliveries, creation_key(slip.created_at, id));
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
  delivery->attempts = slip.attempts;
  delivery->created_at = slip.created_at;
  delivery->next_attempt_at = slip.next_attempt_at;
  delivery->finished_at = slip.finished_at;
  delivery->last_error = slip.last_error;
  return delivery;
}

Result<void> load_pending_deliveries(Database& database) {
  auto cursor = database.scan(Family::outbox, {});
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key());
    const TimePoint due = reader.time();
    const std::string id(reader.tail());
    if (!reader.failed()) database.pending_deliveries().add(due, id);
  }
  return cursor.status();
}

}  // namespace bellwether::store
