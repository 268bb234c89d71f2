#include "format_2_deliveries.hpp"

#include "delivery_records.hpp"
#include "keys.hpp"

namespace bellwether::store {
namespace {

constexpr std::size_t batch_bytes = std::size_t{1} << 20U;
constexpr std::string_view old_list = "c";

Result<void> give_place(Database& database, Batch& batch, std::string_view id) {
  const auto before = find_slip(database, id);
  if (!before) return before.error();
  if (!*before) return ok();  // A line without its delivery: the list is made anew without it.
  auto delivery = read_delivery_record(database, id, **before);
  if (!delivery) return delivery.error();
  const auto sequence = database.ledger_sequence().take(database);
  if (!sequence) return sequence.error();
  delivery->sequence = *sequence;
  const DeliverySlip after = slip_of(*delivery);
  batch.put(Family::deliveries, slip_key(id), encode_slip(after));
  put_list_lines(batch, id, after);
  return ok();
}

}  // namespace

Result<void> give_deliveries_their_places(Database& database) {
  if (auto loaded = database.ledger_sequence().load(database); !loaded) return loaded;
  Batch batch(database);
  // The old list had the newest first.
  auto cursor = database.scan(Family::deliveries, keys_beginning_with(old_list),
                              {.newest_key_first = true, .is_bulk = true});
  for (; cursor.valid(); cursor.next()) {
    KeyReader reader(cursor.key().substr(old_list.size()));
    reader.newest_first();
    if (auto given = give_place(database, batch, reader.tail()); !given) return given;
    batch.erase(Family::deliveries, cursor.key());
    if (batch.byte_count() < batch_bytes) continue;
    if (auto written = database.write(batch, Durability::buffered); !written) return written;
    batch.clear();
  }
  if (auto status = cursor.status(); !status) return status;
  return database.write(batch, Durability::synced);
}

}  // namespace bellwether::store
