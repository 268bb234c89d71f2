#include "format_2_deliveries.hpp"

#include <gmock/gmock.h>

#include "bellwether/base/bytes.hpp"

#include "database.hpp"
#include "delivery_records.hpp"
#include "keys.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A slip as format 2 wrote it.
std::string format_2_slip(DeliveryState state, TimePoint created, TimePoint due,
                          const std::string& last_error) {
  ByteWriter writer;
  writer.put(std::uint8_t{1});
  writer.put(static_cast<std::uint8_t>(state));
  writer.put(std::uint32_t{3});
  writer.put(created.time_since_epoch().count());
  writer.put(due.time_since_epoch().count());
  writer.put(static_cast<std::uint8_t>(state != DeliveryState::pending));
  writer.put(state == DeliveryState::pending ? std::int64_t{0} : due.time_since_epoch().count());
  writer.put_text(last_error);
  writer.put_text("all");
  writer.put_text("shop");
  return writer.take();
}

class Format2DeliveriesTest : public StoreTest {
 protected:
  void put_old_delivery(Batch& batch, const std::string& id, const std::string& group,
                        DeliveryState state, TimePoint created) {
    Delivery delivery;
    delivery.notification = a_notification(id, a_group(group, "shop", minute(0)));
    delivery.created_at = created;
    delivery.next_attempt_at = created;
    batch.put(Family::deliveries, notification_key(id), encode_delivery(delivery));
    batch.put(Family::deliveries, slip_key(id), format_2_slip(state, created, minute(9), "503"));
    batch.put(Family::deliveries, KeyWriter().kind('c').newest_first(created).tail(id).take(), "");
    if (state == DeliveryState::pending) batch.put(Family::outbox, due_key(minute(9), id), "");
  }

  void make_old_store() {
    close();
    const auto database = Database::open(path(), Database::Access::read_write);
    Batch batch(**database);
    put_old_delivery(batch, "b", "g1", DeliveryState::delivered, minute(1));
    put_old_delivery(batch, "a", "g1", DeliveryState::pending, minute(2));
    put_old_delivery(batch, "c", "g2", DeliveryState::dead, minute(3));
    batch.put(Family::meta, "format", "2");
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }

  std::vector<std::string> found(const DeliveryQuery& query) {
    std::vector<std::string> ids;
    const auto page = store().outbox().find(query);
    for (const auto& delivery : page->deliveries) ids.push_back(delivery.notification.delivery_id);
    return ids;
  }
};

TEST_F(Format2DeliveriesTest, ReadsASlipOfVersion1) {
  const auto slip = decode_slip(format_2_slip(DeliveryState::dead, minute(1), minute(2), "503"));
  ASSERT_TRUE(slip) << slip.error().message;
  EXPECT_EQ(slip->state, DeliveryState::dead);
  EXPECT_EQ(slip->attempts, 3U);
  EXPECT_EQ(slip->created_at, minute(1));
  EXPECT_EQ(slip->finished_at, minute(2));
  EXPECT_EQ(slip->last_error, "503");
  EXPECT_EQ(slip->alert, "all");
  EXPECT_EQ(slip->sequence, 0U);
  EXPECT_THAT(slip->groups, IsEmpty());
}

TEST_F(Format2DeliveriesTest, RefusesASlipThatIsCutOff) {
  const std::string whole = format_2_slip(DeliveryState::dead, minute(1), minute(2), "503");
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(decode_slip(whole.substr(0, length))) << length;
  EXPECT_FALSE(decode_slip(whole + "x"));
}

TEST_F(Format2DeliveriesTest, GivesDeliveriesTheirPlaces) {
  make_old_store();
  reopen();

  EXPECT_THAT(found({}), ElementsAre("c", "a", "b"));
  EXPECT_THAT(found({.anomaly = "g1"}), ElementsAre("a", "b"));
  EXPECT_THAT(found({.sink = "ops", .state = DeliveryState::dead}), ElementsAre("c"));
  EXPECT_LT(store().outbox().get("b")->sequence, store().outbox().get("a")->sequence);
  EXPECT_EQ(store().outbox().get("c")->last_error, "503");
  const auto pending = store().outbox().pending();
  ASSERT_EQ(pending->size(), 1U);
  EXPECT_EQ(pending->front().sink, "ops");
  EXPECT_THAT(pending->front().groups, ElementsAre("g1"));
  EXPECT_EQ(pending->front().attempts, 3U);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(Format2DeliveriesTest, GoesOnWhereItWasBrokenOff) {
  make_old_store();
  {
    const auto database = Database::open(path(), Database::Access::read_write);
    ASSERT_TRUE(give_deliveries_their_places(**database));
    // As if it had been broken off before the last one, and before the new format was noted.
    const auto slip = find_slip(**database, "c");
    Batch batch(**database);
    erase_delivery(batch, "c", **slip);
    put_old_delivery(batch, "c", "g2", DeliveryState::dead, minute(3));
    batch.put(Family::meta, "format", "2");
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }
  reopen();

  EXPECT_THAT(found({}), ElementsAre("c", "a", "b"));
  EXPECT_LT(store().outbox().get("a")->sequence, store().outbox().get("c")->sequence);
  EXPECT_THAT(damages(), IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
