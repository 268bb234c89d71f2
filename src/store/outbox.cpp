#include "bellwether/store/outbox.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "bellwether/store/page_bound.hpp"

#include "database.hpp"
#include "delivery_records.hpp"
#include "delivery_search.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t redriven_at_once = 256;

Error no_such_delivery(std::string_view id) {
  return not_found("there is no delivery '" + std::string(id) + "'");
}

/// About what a delivery takes: its groups' series make up most of it.
std::size_t size_of(const Delivery& delivery) {
  constexpr std::size_t of_one = 512;
  return of_one * (1 + delivery.notification.group.series.size() +
                   delivery.notification.others.size() + delivery.attempt_log.size());
}

Result<DeliverySlip> require_slip(const Database& database, std::string_view id) {
  auto slip = find_slip(database, id);
  if (!slip) return slip.error();
  if (!*slip) return no_such_delivery(id);
  return std::move(**slip);
}

DeliverySlip pending_again(DeliverySlip slip, TimePoint now) {
  slip.state = DeliveryState::pending;
  slip.attempts = 0;
  slip.created_at = now;
  slip.next_attempt_at = now;
  slip.finished_at.reset();
  return slip;
}

struct DeadDelivery {
  std::uint64_t sequence = 0;
  std::string id;
};

/// In the order of the ledger, so that those of one group go out as they were caused.
Result<std::vector<DeadDelivery>> find_dead(const Database& database, DeliveryQuery query) {
  query.state = DeliveryState::dead;
  query.cursor.clear();
  std::vector<DeadDelivery> dead;
  auto searched = search_deliveries(
      database, query, [&](const ListedDelivery& place, const DeliverySlip&) -> Result<bool> {
        dead.push_back({place.sequence, place.id});
        return true;
      });
  if (!searched) return searched.error();
  std::ranges::sort(dead, {}, &DeadDelivery::sequence);
  return dead;
}

/// What stands with a delivery's line in the outbox family; older stores have nothing there.
Result<std::optional<DeliverySlip>> slip_beside(const Database& database, const std::string& id,
                                                std::string_view record) {
  if (record.empty()) return find_slip(database, id);
  auto slip = decode_slip(record);
  if (!slip) return while_doing("delivery '" + id + "'", slip.error());
  return std::optional(std::move(*slip));
}

}  // namespace

Outbox::Outbox(Database& database) : database_(database) {}

Result<void> Outbox::add(const Notification& notification, TimePoint now) {
  const std::lock_guard lock(database_.ledger_mutex());
  Batch batch(database_);
  auto added = put_new_delivery(database_, batch, notification, now);
  if (!added) return added.error();
  if (!*added) return ok();
  if (auto written = database_.write(batch, Durability::synced); !written)
    return while_doing("writing delivery '" + notification.delivery_id + "'", written.error());
  database_.pending_deliveries().add({std::move(**added)});
  return ok();
}

Result<std::vector<PendingDelivery>> Outbox::pending() const {
  std::vector<PendingDelivery> deliveries;
  auto cursor = database_.scan(Family::outbox, {});
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key());
    reader.time();
    const std::string id(reader.tail());
    const auto slip = slip_beside(database_, id, cursor.value());
    if (!slip) return slip.error();
    // Finished or removed this moment.
    if (!*slip || (*slip)->state != DeliveryState::pending) continue;
    deliveries.push_back(pending_of(id, **slip));
  }
  if (auto status = cursor.status(); !status)
    return while_doing("reading the outbox", status.error());
  return deliveries;
}

void Outbox::follow(OnPending on_pending) {
  database_.pending_deliveries().follow(std::move(on_pending));
}

Result<void> Outbox::update(std::span<const DeliveryChange> changes) {
  const std::lock_guard lock(database_.ledger_mutex());
  Batch batch(database_);
  std::size_t finished = 0;
  for (const DeliveryChange& change : changes) {
    const auto before = find_slip(database_, change.id);
    if (!before) return before.error();
    if (!*before) continue;
    DeliverySlip after = **before;
    enter(after, change);
    put_slip(batch, change.id, **before, after);
    if ((*before)->state == DeliveryState::pending && after.state != DeliveryState::pending)
      ++finished;
  }
  if (auto written = database_.write(batch, Durability::buffered); !written)
    return while_doing("writing how deliveries go on", written.error());
  database_.pending_deliveries().remove(finished);
  return ok();
}

Result<void> Outbox::update(const Delivery& delivery) {
  const std::lock_guard lock(database_.ledger_mutex());
  const std::string& id = delivery.notification.delivery_id;
  const auto before = require_slip(database_, id);
  if (!before) return before.error();
  DeliverySlip after = *before;
  after.attempt_log = delivery.attempt_log;
  enter(after, {id,
                delivery.state,
                delivery.attempts,
                delivery.next_attempt_at,
                delivery.finished_at,
                delivery.last_error,
                {}});
  Batch batch(database_);
  put_slip(batch, id, *before, after);
  if (auto written = database_.write(batch, Durability::buffered); !written)
    return while_doing("writing delivery '" + id + "'", written.error());
  const bool was_pending = before->state == DeliveryState::pending;
  const bool is_pending = after.state == DeliveryState::pending;
  if (was_pending && !is_pending) database_.pending_deliveries().remove(1);
  if (!was_pending && is_pending) database_.pending_deliveries().add({pending_of(id, after)});
  return ok();
}

Result<Delivery> Outbox::get(std::string_view id) const {
  const auto slip = require_slip(database_, id);
  if (!slip) return slip.error();
  return read_delivery_record(database_, id, *slip);
}

Result<DeliveryPage> Outbox::find(const DeliveryQuery& query) const {
  DeliveryPage page;
  PageBound bound(query.limit);
  ListedDelivery last;
  auto searched = search_deliveries(
      database_, query, [&](const ListedDelivery& place, const DeliverySlip& slip) -> Result<bool> {
        auto delivery = read_delivery_record(database_, place.id, slip);
        if (!delivery) return delivery.error();
        if (!bound.take(size_of(*delivery))) {
          page.next_cursor = encode_delivery_cursor(last);
          return false;
        }
        page.deliveries.push_back(std::move(*delivery));
        last = place;
        return true;
      });
  if (!searched) return searched.error();
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
  const DeliverySlip after = pending_again(*before, now);
  Batch batch(database_);
  put_slip(batch, id, *before, after);
  if (auto written = database_.write(batch, Durability::synced); !written)
    return while_doing("writing delivery '" + std::string(id) + "'", written.error());
  database_.pending_deliveries().add({pending_of(id, after)});
  return read_delivery_record(database_, id, after);
}

Result<std::uint64_t> Outbox::redrive_all(const DeliveryQuery& query, TimePoint now) {
  const auto dead = find_dead(database_, query);
  if (!dead) return dead.error();
  std::uint64_t redriven = 0;
  for (std::size_t first = 0; first < dead->size(); first += redriven_at_once) {
    const std::lock_guard lock(database_.ledger_mutex());
    Batch batch(database_);
    std::vector<PendingDelivery> again;
    const std::size_t end = std::min(dead->size(), first + redriven_at_once);
    for (std::size_t i = first; i < end; ++i) {
      const std::string& id = (*dead)[i].id;
      const auto before = find_slip(database_, id);
      if (!before) return before.error();
      // Redriven by another, or forgotten, since it was found.
      if (!*before || (*before)->state != DeliveryState::dead) continue;
      const DeliverySlip after = pending_again(**before, now);
      put_slip(batch, id, **before, after);
      again.push_back(pending_of(id, after));
    }
    if (auto written = database_.write(batch, Durability::synced); !written)
      return while_doing("redriving deliveries", written.error());
    redriven += again.size();
    database_.pending_deliveries().add(std::move(again));
  }
  return redriven;
}

std::size_t Outbox::pending_count() const { return database_.pending_deliveries().count(); }

Result<void> Outbox::drop_finished_before(TimePoint time) {
  const std::lock_guard lock(database_.ledger_mutex());
  Batch batch(database_);
  const std::string prefix = list_prefix({});
  auto cursor =
      database_.scan(Family::deliveries, keys_beginning_with(prefix), {.newest_key_first = true});
  for (; cursor.valid(); cursor.next()) {
    const auto place = read_list_key(cursor.key().substr(prefix.size()));
    // The list is walked from its old end; what was created later cannot have finished before.
    if (!place || place->created_at >= time) break;
    const auto slip = find_slip(database_, place->id);
    if (!slip) return slip.error();
    if (*slip && (*slip)->finished_at && *(*slip)->finished_at < time)
      erase_delivery(batch, place->id, **slip);
  }
  if (auto status = cursor.status(); !status)
    return while_doing("dropping old deliveries", status.error());
  return database_.write(batch, Durability::buffered);
}

}  // namespace bellwether::store
