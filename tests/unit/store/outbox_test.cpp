#include "bellwether/store/outbox.hpp"

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class OutboxTest : public StoreTest {
 protected:
  OutboxTest() { shop_.grow_to(1); }

  /// Commits an interval at `now` that causes these deliveries.
  void cause(const std::vector<std::string>& ids, TimePoint now) {
    for (const auto& id : ids)
      shop_.notifications.push_back(a_notification(id, a_group("g", "shop", minute(0))));
    shop_.now = now;
    const auto done = shop_.commit(store(), next_++);
    ASSERT_TRUE(done) << done.error().message;
  }

  std::vector<std::string> due(TimePoint now, std::size_t limit = 100) {
    std::vector<std::string> ids;
    const auto deliveries = store().outbox().due(now, limit);
    EXPECT_TRUE(deliveries);
    for (const auto& delivery : *deliveries) ids.push_back(delivery.notification.delivery_id);
    return ids;
  }

  std::vector<std::string> found(const DeliveryQuery& query) {
    std::vector<std::string> ids;
    const auto page = store().outbox().find(query);
    for (const auto& delivery : page->deliveries) ids.push_back(delivery.notification.delivery_id);
    return ids;
  }

  void finish(const std::string& id, DeliveryState state, TimePoint at) {
    Delivery delivery = *store().outbox().get(id);
    delivery.state = state;
    delivery.attempts += 1;
    delivery.finished_at = at;
    delivery.last_error = state == DeliveryState::dead ? "404" : "";
    ASSERT_TRUE(store().outbox().update(delivery));
  }

  Committer shop_{"shop", {}};
  IntervalIndex next_ = 0;
};

TEST_F(OutboxTest, HoldsWhatAnIntervalCaused) {
  cause({"d1"}, minute(7));
  reopen();

  EXPECT_EQ(store().outbox().next_due(), minute(7));
  EXPECT_EQ(store().outbox().pending_count(), 1U);
  EXPECT_THAT(due(minute(6)), IsEmpty());
  const auto deliveries = store().outbox().due(minute(7), 10);
  ASSERT_EQ(deliveries->size(), 1U);
  const Delivery& delivery = deliveries->front();
  EXPECT_EQ(delivery.notification, a_notification("d1", a_group("g", "shop", minute(0))));
  EXPECT_EQ(delivery.state, DeliveryState::pending);
  EXPECT_EQ(delivery.created_at, minute(7));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, GivesTheLongestDueFirst) {
  cause({"late"}, minute(9));
  cause({"a", "b"}, minute(3));

  EXPECT_THAT(due(minute(20)), ElementsAre("a", "b", "late"));
  EXPECT_THAT(due(minute(20), 2), ElementsAre("a", "b"));
}

TEST_F(OutboxTest, WaitsForTheNextAttempt) {
  cause({"d"}, minute(1));
  Delivery delivery = *store().outbox().get("d");
  delivery.attempts = 1;
  delivery.next_attempt_at = minute(5);
  delivery.last_error = "connection refused";
  ASSERT_TRUE(store().outbox().update(delivery));
  reopen();

  EXPECT_THAT(due(minute(4)), IsEmpty());
  EXPECT_THAT(due(minute(5)), ElementsAre("d"));
  EXPECT_EQ(*store().outbox().get("d"), delivery);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, LetsGoOfWhatIsDelivered) {
  cause({"d"}, minute(1));
  finish("d", DeliveryState::delivered, minute(2));

  EXPECT_EQ(store().outbox().pending_count(), 0U);
  EXPECT_FALSE(store().outbox().next_due());
  reopen();
  EXPECT_THAT(due(minute(100)), IsEmpty());
  EXPECT_EQ(store().outbox().get("d")->finished_at, minute(2));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, LeavesADeliveryAloneThatIsCausedAgain) {
  cause({"d"}, minute(1));
  finish("d", DeliveryState::delivered, minute(2));

  cause({"d", "e"}, minute(8));
  ASSERT_TRUE(
      store().outbox().add(a_notification("d", a_group("x", "shop", minute(9))), minute(9)));

  EXPECT_EQ(store().outbox().get("d")->state, DeliveryState::delivered);
  EXPECT_EQ(store().outbox().get("d")->notification.group.id, "g");
  EXPECT_THAT(due(minute(100)), ElementsAre("e"));
}

TEST_F(OutboxTest, TakesADeliveryMadeByHand) {
  Notification sample = a_notification("test", a_group("g", "shop", minute(0)));
  sample.is_test = true;
  ASSERT_TRUE(store().outbox().add(sample, minute(3)));

  EXPECT_EQ(store().outbox().due(minute(3), 1)->front().notification, sample);
}

TEST_F(OutboxTest, RedrivesTheDeadAlone) {
  cause({"d"}, minute(1));
  EXPECT_EQ(store().outbox().redrive("d", minute(2)).error().code, ErrorCode::already_exists);
  EXPECT_EQ(store().outbox().redrive("x", minute(2)).error().code, ErrorCode::not_found);
  finish("d", DeliveryState::dead, minute(2));
  EXPECT_THAT(due(minute(100)), IsEmpty());

  const auto redriven = store().outbox().redrive("d", minute(50));

  ASSERT_TRUE(redriven);
  EXPECT_EQ(redriven->state, DeliveryState::pending);
  EXPECT_EQ(redriven->attempts, 0U);
  EXPECT_EQ(redriven->created_at, minute(50));
  EXPECT_FALSE(redriven->finished_at);
  EXPECT_EQ(*redriven, *store().outbox().get("d"));
  EXPECT_THAT(due(minute(50)), ElementsAre("d"));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, ListsNewestFirstWithFiltersAndPages) {
  for (int i = 0; i < 6; ++i) cause({"d" + std::to_string(i)}, minute(i));
  finish("d2", DeliveryState::dead, minute(9));
  finish("d4", DeliveryState::dead, minute(9));
  Notification other = a_notification("other", a_group("g", "shop", minute(0)));
  other.alert = "few";
  ASSERT_TRUE(store().outbox().add(other, minute(3)));

  EXPECT_THAT(found({}), ElementsAre("d5", "d4", "d3", "other", "d2", "d1", "d0"));
  EXPECT_THAT(found({.state = DeliveryState::dead}), ElementsAre("d4", "d2"));
  EXPECT_THAT(found({.alert = "few"}), ElementsAre("other"));

  DeliveryQuery query{.alert = "all", .limit = 4};
  const auto first = store().outbox().find(query);
  ASSERT_EQ(first->deliveries.size(), 4U);
  query.cursor = first->next_cursor;
  EXPECT_THAT(found(query), ElementsAre("d1", "d0"));
  EXPECT_TRUE(store().outbox().find(query)->next_cursor.empty());
  EXPECT_EQ(store().outbox().find({.cursor = "?"}).error().code, ErrorCode::invalid_input);
}

TEST_F(OutboxTest, ForgetsWhatFinishedLongAgo) {
  cause({"a", "b", "c", "pending"}, minute(1));
  cause({"new"}, minute(20));
  finish("a", DeliveryState::delivered, minute(2));
  finish("b", DeliveryState::dead, minute(3));
  finish("c", DeliveryState::delivered, minute(11));
  finish("new", DeliveryState::delivered, minute(21));

  ASSERT_TRUE(store().outbox().drop_finished_before(minute(10)));

  EXPECT_THAT(found({}), ElementsAre("new", "c", "pending"));
  EXPECT_EQ(store().outbox().get("a").error().code, ErrorCode::not_found);
  EXPECT_THAT(damages(), IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
