#include "bellwether/store/outbox.hpp"

#include <algorithm>
#include <mutex>

#include "database.hpp"
#include "delivery_records.hpp"
#include "keys.hpp"
#include "list_cursor.hpp"

namespace bellwether::store {
namespace {

Error no_such_delivery(std::string_view id) {
  return not_found("there is no delivery '" + std::string(id) + "'");
}

Result<DeliverySlip> require_slip(const Database& database, std::string_view id) {
  auto slip = find_slip(database, id);
  if (!slip) return slip.error();
  if (!*slip) return no_such_delivery(id);
  return std::move(**slip);
}

/// Writes a change of a delivery's state, and what is in memory of it after that.
Result<void> change_slip(Database& database, const std::string& id, const DeliverySlip& before,
                         const DeliverySlip& after, Durability durability) {
  Batch batch(database);
  put_slip(batch, id, before, after);
  if (auto written = database.write(batch, durability); !written)
    return while_doing("writing delivery '" + id + "'", written.error());
  if (before.state == DeliveryState::pending)
    database.pending_deliveries().remove(before.next_attempt_at, id);
  if (after.state == DeliveryState::pending)
    database.pending_deliveries().add(after.next_attempt_at, id);
  return ok();
}

bool is_about(const Notification& notification, const std::string& group) {
  return notification.group.id == group ||
         std::ranges::any_of(notification.others,
                             [&](const GroupNews& other) { return other.group.id == group; });
}

bool matches(const DeliveryQuery& query, const DeliverySlip& slip) {
  return (!query.alert || *query.alert == slip.alert) &&
         (!query.state || *query.state == slip.state);
}

}  // namespace

Outbox::Outbox(Database& database) : database_(database) {}

Result<void> Outbox::add(const Notification& notification, TimePoint now) {
  const std::lock_guard lock(database_.ledger_mutex());
  Batch batch(database_);
  const auto is_new = put_new_delivery(database_, batch, notification, now);
  if (!is_new) return is_new.error();
  if (!*is_new) return ok();
  if (auto written = database_.write(batch, Durability::synced); !written)
    return while_doing("writing delivery '" + notification.delivery_id + "'", written.error());
  database_.pending_deliveries().add(now, notification.delivery_id);
  return ok();
}

Result<std::vector<Delivery>> Outbox::due(TimePoint now, std::size_t limit) const {
  std::vector<Delivery> deliveries;
  for (const std::string& id : database_.pending_deliveries().due(now, limit)) {
    const auto slip = find_slip(database_, id);
    if (!slip) return slip.error();
    if (!*slip) continue;  // Removed this moment.
    auto delivery = read_delivery_record(database_, id, **slip);
    if (!delivery) return delivery.error();
    deliveries.push_back(std::move(*delivery));
  }
  return deliveries;
}

std::optional<TimePoint> Outbox::next_due() const {
  return database_.pending_deliveries().next_due();
}

Result<void> Outbox::update(const Delivery& delivery) {
  const std::lock_guard lock(database_.ledger_mutex());
  const std::string& id = delivery.notification.delivery_id;
  const auto before = require_slip(database_, id);
  if (!before) return before.error();
  DeliverySlip after = *before;
  after.state = delivery.state;
  after.attempts = delivery.attempts;
  after.next_attempt_at = delivery.next_attempt_at;
  after.finished_at = delivery.finished_at;
  after.last_error = delivery.last_error;
  // Without a sync: what power takes away is sent once more, with the same id.
  return change_slip(database_, id, *before, after, Durability::buffered);
}

Result<Delivery> Outbox::get(std::string_view id) const {
  const auto slip = require_slip(database_, id);
  if (!slip) return slip.error();
  return read_delivery_record(database_, id, *slip);
}

Result<DeliveryPage> Outbox::find(const DeliveryQuery& query) const {
  KeyRange range = keys_beginning_with("c");
  if (!query.cursor.empty()) {
    const auto last = decode_list_cursor(query.cursor);
    if (!last) return last.error();
    range.from = creation_key(last->time, last->id) + '\0';
  }
  DeliveryPage page;
  ListCursor last;
  auto cursor = database_.scan(Family::deliveries, range);
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(1));
    const TimePoint created_at = reader.newest_first();
    const std::string id(reader.tail());
    const auto slip = find_slip(database_, id);
    if (!slip) return slip.error();
    if (!*slip || !matches(query, **slip)) continue;
    if (page.deliveries.size() == query.limit) {
      page.next_cursor = encode_list_cursor(last);
      break;
    }
    auto delivery = read_delivery_record(database_, id, **slip);
    if (!delivery) return delivery.error();
    if (query.anomaly && !is_about(delivery->notification, *query.anomaly)) continue;
    page.deliveries.push_back(std::move(*delivery));
    last = {created_at, id};
  }
  if (auto status = cursor.status(); !status)
    return while_doing("listing deliveries", status.error());
  return page;
}

Result<Delivery> Outbox::redrive(std::string_view id, TimePoint now) {
  const std::lock_guard lock(database_.ledger_mutex());
  const auto before = require_slip(database_, id);
  if (!before) return before.error();
  if (before->state != DeliveryState::dead)
    return already_exists("delivery '" + std::string(id) + "' is " +
                          std::string(to_string(before->state)) +
                          "; only dead ones can be sent again");
  DeliverySlip after = *before;
  after.state = DeliveryState::pending;
  after.attempts = 0;
  after.created_at = now;
  after.next_attempt_at = now;
  after.finished_at.reset();
  const std::string key(id);
  if (auto changed = change_slip(database_, key, *before, after, Durability::synced); !changed)
    return changed.error();
  return read_delivery_record(database_, id, after);
}

std::size_t Outbox::pending_count() const { return database_.pending_deliveries().count(); }

Result<void> Outbox::drop_finished_before(TimePoint time) {
  const std::lock_guard lock(database_.ledger_mutex());
  Batch batch(database_);
  auto cursor =
      database_.scan(Family::deliveries, keys_beginning_with("c"), {.newest_key_first = true});
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(1));
    // The list is walked from its old end; what was created later cannot have finished before.
    if (reader.newest_first() >= time) break;
    const std::string id(reader.tail());
    const auto slip = find_slip(database_, id);
    if (!slip) return slip.error();
    if (*slip && (*slip)->finished_at && *(*slip)->finished_at < time)
      erase_delivery(batch, id, **slip);
  }
  if (auto status = cursor.status(); !status)
    return while_doing("dropping old deliveries", status.error());
  return database_.write(batch, Durability::buffered);
}

}  // namespace bellwether::store
