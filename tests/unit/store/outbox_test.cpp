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

  std::vector<std::string> due(TimePoint now) {
    std::vector<std::string> ids;
    const auto deliveries = store().outbox().pending();
    EXPECT_TRUE(deliveries);
    for (const auto& delivery : *deliveries)
      if (delivery.next_attempt_at <= now) ids.push_back(delivery.id);
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

  EXPECT_EQ(store().outbox().pending_count(), 1U);
  EXPECT_THAT(due(minute(6)), IsEmpty());
  EXPECT_THAT(due(minute(7)), ElementsAre("d1"));
  const Delivery delivery = *store().outbox().get("d1");
  EXPECT_EQ(delivery.notification, a_notification("d1", a_group("g", "shop", minute(0))));
  EXPECT_EQ(delivery.state, DeliveryState::pending);
  EXPECT_EQ(delivery.created_at, minute(7));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, GivesTheLongestDueFirst) {
  cause({"late"}, minute(9));
  cause({"a", "b"}, minute(3));

  EXPECT_THAT(due(minute(20)), ElementsAre("a", "b", "late"));
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

  EXPECT_EQ(store().outbox().get("test")->notification, sample);
  EXPECT_THAT(due(minute(3)), ElementsAre("test"));
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

  EXPECT_THAT(found({}), ElementsAre("d5", "d4", "other", "d3", "d2", "d1", "d0"));
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

TEST_F(OutboxTest, FindsByEveryFilter) {
  Notification batch = a_notification("batch", a_group("g1", "shop", minute(0)));
  batch.others = {{GroupEvent::opened, a_group("g2", "shop", minute(0)), ""}};
  Notification ended = a_notification("ended", a_group("g2", "shop", minute(0)));
  ended.event = GroupEvent::closed;
  ended.sink = "pager";
  ended.detector = "till";
  ASSERT_TRUE(store().outbox().add(batch, minute(3)));
  ASSERT_TRUE(store().outbox().add(ended, minute(4)));

  EXPECT_THAT(found({.anomaly = "g1"}), ElementsAre("batch"));
  EXPECT_THAT(found({.anomaly = "g2"}), ElementsAre("ended", "batch"));
  EXPECT_THAT(found({.anomaly = "g"}), IsEmpty());
  EXPECT_THAT(found({.anomaly = std::string("g1\0", 3)}), IsEmpty());
  EXPECT_THAT(found({.sink = "pager"}), ElementsAre("ended"));
  EXPECT_THAT(found({.detector = "till"}), ElementsAre("ended"));
  EXPECT_THAT(found({.event = GroupEvent::opened}), ElementsAre("batch"));
  EXPECT_THAT(found({.from = minute(4)}), ElementsAre("ended"));
  EXPECT_THAT(found({.to = minute(4)}), ElementsAre("batch"));
  EXPECT_THAT(found({.anomaly = "g2", .from = minute(3), .to = minute(4)}), ElementsAre("batch"));
  EXPECT_THAT(found({.from = minute(5), .to = minute(4)}), IsEmpty());
}

TEST_F(OutboxTest, ListsThoseOfOneInstantByTheirPlaceInTheLedger) {
  cause({"z", "a", "m"}, minute(1));
  cause({"b"}, minute(1));
  EXPECT_THAT(found({}), ElementsAre("b", "m", "a", "z"));

  DeliveryQuery query{.anomaly = "g", .limit = 1};
  std::vector<std::string> paged;
  do {
    const auto page = store().outbox().find(query);
    ASSERT_TRUE(page && page->deliveries.size() == 1);
    paged.push_back(page->deliveries[0].notification.delivery_id);
    query.cursor = page->next_cursor;
    // What comes meanwhile is newer and moves nothing.
    cause({"new" + std::to_string(paged.size())}, minute(1));
  } while (!query.cursor.empty());
  EXPECT_THAT(paged, ElementsAre("b", "m", "a", "z"));
}

TEST_F(OutboxTest, GivesPlacesThatOnlyGrow) {
  cause({"a", "b"}, minute(1));
  reopen();
  cause({"c"}, minute(1));
  finish("c", DeliveryState::delivered, minute(1));
  ASSERT_TRUE(store().outbox().drop_finished_before(minute(2)));
  reopen();
  cause({"d"}, minute(1));

  const std::uint64_t first = store().outbox().get("a")->sequence;
  EXPECT_GT(first, 0U);
  EXPECT_EQ(store().outbox().get("b")->sequence, first + 1);
  EXPECT_GT(store().outbox().get("d")->sequence, first + 1);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, KeepsTheNewestAttempts) {
  cause({"d"}, minute(1));
  std::vector<DeliveryAttempt> expected;
  for (std::uint32_t i = 1; i <= 23; ++i) {
    const DeliveryAttempt attempt{minute(i), Duration(i), "failure " + std::to_string(i)};
    if (i > 3) expected.push_back(attempt);
    const DeliveryChange change{"d", DeliveryState::pending, i,      minute(i + 1),
                                {},  attempt.error,          attempt};
    ASSERT_TRUE(store().outbox().update({&change, 1}));
  }
  reopen();

  const auto delivery = store().outbox().get("d");
  EXPECT_EQ(delivery->attempt_log, expected);
  EXPECT_EQ(delivery->attempts, 23U);
  EXPECT_EQ(delivery->last_error, "failure 23");
  EXPECT_THAT(due(minute(23)), IsEmpty());
  EXPECT_THAT(due(minute(24)), ElementsAre("d"));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, EntersManyChangesAtOnceAndPassesOverWhatIsGone) {
  cause({"a", "b"}, minute(1));
  const std::vector<DeliveryChange> changes{
      {"a", DeliveryState::delivered, 1, minute(1), minute(2), "", {}},
      {"gone", DeliveryState::delivered, 1, minute(1), minute(2), "", {}},
      {"b", DeliveryState::dead, 1, minute(1), minute(2), "404", {}}};
  ASSERT_TRUE(store().outbox().update(changes));

  EXPECT_EQ(store().outbox().get("a")->state, DeliveryState::delivered);
  EXPECT_EQ(store().outbox().get("b")->last_error, "404");
  EXPECT_FALSE(store().outbox().get("gone"));
  EXPECT_EQ(store().outbox().pending_count(), 0U);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, TellsItsFollowerWhatBecomesPending) {
  std::vector<std::string> heard;
  store().outbox().follow([&](std::vector<PendingDelivery> deliveries) {
    for (const auto& delivery : deliveries) heard.push_back(delivery.id);
  });
  cause({"a", "b"}, minute(1));
  cause({"a"}, minute(2));  // Known already.
  ASSERT_TRUE(
      store().outbox().add(a_notification("c", a_group("g", "shop", minute(0))), minute(2)));
  finish("a", DeliveryState::dead, minute(3));
  ASSERT_TRUE(store().outbox().redrive("a", minute(4)));
  finish("b", DeliveryState::dead, minute(5));
  EXPECT_EQ(*store().outbox().redrive_all({}, minute(6)), 1U);
  EXPECT_THAT(heard, ElementsAre("a", "b", "c", "a", "b"));

  store().outbox().follow({});
  cause({"d"}, minute(7));
  EXPECT_EQ(heard.size(), 5U);
}

TEST_F(OutboxTest, RedrivesAllDeadOnesOfAQueryInTheirOrder) {
  std::vector<std::string> ids;
  for (int i = 0; i < 600; ++i) ids.push_back("d" + std::to_string(i));
  cause(ids, minute(1));
  for (const auto& id : ids) finish(id, DeliveryState::dead, minute(2));
  Notification other = a_notification("other", a_group("g", "shop", minute(0)));
  other.sink = "pager";
  ASSERT_TRUE(store().outbox().add(other, minute(3)));
  finish("other", DeliveryState::dead, minute(4));
  // One that was redriven alone and died again is listed later, but keeps its place.
  ASSERT_TRUE(store().outbox().redrive("d5", minute(5)));
  finish("d5", DeliveryState::dead, minute(6));
  std::vector<std::string> heard;
  store().outbox().follow([&](std::vector<PendingDelivery> deliveries) {
    for (const auto& delivery : deliveries) heard.push_back(delivery.id);
  });

  EXPECT_EQ(*store().outbox().redrive_all({.sink = "ops"}, minute(50)), 600U);

  EXPECT_EQ(heard, ids);
  EXPECT_EQ(store().outbox().pending_count(), 600U);
  EXPECT_EQ(store().outbox().get("other")->state, DeliveryState::dead);
  EXPECT_EQ(store().outbox().get("d7")->created_at, minute(50));
  EXPECT_EQ(store().outbox().get("d7")->attempts, 0U);
  EXPECT_EQ(*store().outbox().redrive_all({.sink = "ops"}, minute(51)), 0U);
  store().outbox().follow({});
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(OutboxTest, ForgetsWhatFinishedLongAgo) {
  cause({"a", "b", "c", "pending"}, minute(1));
  cause({"new"}, minute(20));
  finish("a", DeliveryState::delivered, minute(2));
  finish("b", DeliveryState::dead, minute(3));
  finish("c", DeliveryState::delivered, minute(11));
  finish("new", DeliveryState::delivered, minute(21));

  ASSERT_TRUE(store().outbox().drop_finished_before(minute(10)));

  EXPECT_THAT(found({}), ElementsAre("new", "pending", "c"));
  EXPECT_EQ(store().outbox().get("a").error().code, ErrorCode::not_found);
  EXPECT_THAT(damages(), IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
