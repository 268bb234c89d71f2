#include "delivery_lane.hpp"

#include <algorithm>
#include <random>

#include <gmock/gmock.h>

namespace bellwether::pipeline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using store::DeliveryChange;
using store::PendingDelivery;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TimePoint at(Duration since) { return TimePoint(hours(1000)) + since; }

PendingDelivery a_delivery(std::uint64_t sequence, std::vector<std::string> groups) {
  return {
      "d" + std::to_string(sequence), sequence, "ops", std::move(groups), at({}), at({}), 0, ""};
}

AttemptEnd taken() { return {ok(), {}, {}, {}}; }
AttemptEnd busy(std::optional<Duration> retry_after = {}) {
  return {unavailable("answered 503"), retry_after, {}, {}};
}
AttemptEnd too_many(Duration retry_after) {
  return {Error{ErrorCode::overloaded, "answered 429"}, retry_after, {}, {}};
}
AttemptEnd refused() { return {invalid_input("answered 400"), {}, {}, {}}; }

class DeliveryLaneTest : public ::testing::Test {
 protected:
  DeliveryLaneTest() { open({}); }

  void open(const SinkLimits& limits) { lane_.open(retry_, limits); }

  void add(std::uint64_t sequence, std::vector<std::string> groups) {
    lane_.add(a_delivery(sequence, std::move(groups)));
  }

  /// All that may begin now.
  std::vector<std::string> start() {
    std::vector<std::string> ids;
    while (const auto started = lane_.start(now_)) ids.push_back(started->id);
    return ids;
  }

  DeliveryChange finish(const std::string& id, const AttemptEnd& end) {
    return lane_.finish(id, end, now_, 0);
  }

  DeliveryChange end(const std::string& id, const AttemptEnd& how) {
    const DeliveryChange change = finish(id, how);
    lane_.written(change);
    return change;
  }

  std::vector<DeliveryChange> tidy() {
    const auto changes = lane_.tidy(now_, 1000);
    for (const DeliveryChange& change : changes) lane_.written(change);
    return changes;
  }

  RetryPolicy retry_{seconds(1), seconds(60), hours(1)};
  TimePoint now_ = at({});
  DeliveryLane lane_{"ops", "no sink is named 'ops'"};
};

TEST_F(DeliveryLaneTest, KeepsTheOrderOfAGroup) {
  add(1, {"a"});
  add(2, {"a"});
  add(3, {"b"});
  EXPECT_THAT(start(), ElementsAre("d1", "d3"));
  const auto change = finish("d1", taken());
  EXPECT_EQ(change.state, DeliveryState::delivered);
  EXPECT_EQ(change.finished_at, now_);
  EXPECT_THAT(start(), IsEmpty()) << "not before the ledger knows";
  lane_.written(change);
  EXPECT_THAT(start(), ElementsAre("d2"));
  EXPECT_EQ(lane_.count(), 2U);
}

TEST_F(DeliveryLaneTest, SendsTestsWhenNothingElseIsDue) {
  add(1, {"test-a"});
  add(2, {"test-b"});
  add(3, {"c"});
  add(4, {"d"});

  EXPECT_THAT(start(), ElementsAre("d3", "d4", "d1", "d2"));
}

TEST_F(DeliveryLaneTest, WaitsBehindOneThatIsTriedAgain) {
  add(1, {"a"});
  add(2, {"a"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  const auto change = end("d1", busy());
  EXPECT_EQ(change.state, DeliveryState::pending);
  EXPECT_EQ(change.attempts, 1U);
  EXPECT_EQ(change.next_attempt_at, at(seconds(1)));
  EXPECT_EQ(change.last_error, "answered 503");
  ASSERT_TRUE(change.attempt);
  EXPECT_EQ(change.attempt->error, "answered 503");
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(lane_.next_turn(now_), at(seconds(1)));

  now_ = at(seconds(1));
  EXPECT_THAT(start(), ElementsAre("d1"));
  EXPECT_EQ(end("d1", refused()).state, DeliveryState::dead);
  EXPECT_THAT(start(), ElementsAre("d2"));
}

TEST_F(DeliveryLaneTest, ABatchWaitsForAllItsGroups) {
  add(1, {"a"});
  add(2, {"b"});
  add(3, {"a", "b"});
  add(4, {"b"});
  add(5, {"c"});
  EXPECT_THAT(start(), ElementsAre("d1", "d2", "d5"));
  end("d1", taken());
  EXPECT_THAT(start(), IsEmpty());
  end("d2", taken());
  EXPECT_THAT(start(), ElementsAre("d3"));
  end("d3", taken());
  EXPECT_THAT(start(), ElementsAre("d4"));
}

TEST_F(DeliveryLaneTest, OneThatIsRedrivenGoesBeforeWhatWaits) {
  add(5, {"a"});
  add(7, {"a", "b"});
  EXPECT_THAT(start(), ElementsAre("d5"));
  add(2, {"a"});
  add(3, {"b"});
  EXPECT_THAT(start(), ElementsAre("d3")) << "one at a time about a group";
  end("d5", taken());
  EXPECT_THAT(start(), ElementsAre("d2"));
  end("d2", taken());
  EXPECT_THAT(start(), IsEmpty());
  end("d3", taken());
  EXPECT_THAT(start(), ElementsAre("d7"));
}

TEST_F(DeliveryLaneTest, KnowsEachDeliveryOnce) {
  add(1, {"a"});
  add(1, {"a"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  add(1, {"a"});
  end("d1", taken());
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(lane_.count(), 0U);
}

TEST_F(DeliveryLaneTest, TakesUpARunBefore) {
  PendingDelivery tried = a_delivery(1, {"a"});
  tried.attempts = 3;
  tried.next_attempt_at = at(seconds(30));
  tried.last_error = "answered 503";
  add(2, {"a"});
  lane_.add(tried);
  EXPECT_THAT(start(), IsEmpty());
  now_ = at(seconds(30));
  const auto started = lane_.start(now_);
  ASSERT_TRUE(started);
  EXPECT_EQ(started->id, "d1");
  EXPECT_FALSE(started->is_first);
  const auto change = end("d1", busy());
  EXPECT_EQ(change.attempts, 4U);
  EXPECT_EQ(change.next_attempt_at, now_ + seconds(8));
}

TEST_F(DeliveryLaneTest, BoundsWhatIsUnderWay) {
  open({.concurrency = 2});
  for (std::uint64_t i = 1; i <= 4; ++i) add(i, {"g" + std::to_string(i)});
  EXPECT_THAT(start(), ElementsAre("d1", "d2"));
  const auto written = finish("d1", taken());
  EXPECT_THAT(start(), ElementsAre("d3")) << "its place is free before the ledger knows";
  lane_.written(written);
}

TEST_F(DeliveryLaneTest, KeepsToItsRate) {
  open({.concurrency = 64, .per_minute = 10});
  for (std::uint64_t i = 1; i <= 4; ++i) add(i, {"g" + std::to_string(i)});
  EXPECT_THAT(start(), ElementsAre("d1"));
  EXPECT_EQ(lane_.next_turn(now_), at(seconds(6)));
  now_ = at(seconds(6));
  EXPECT_THAT(start(), ElementsAre("d2"));
}

TEST_F(DeliveryLaneTest, PausesAndFindsOutWithOne) {
  open({.concurrency = 3, .failures_to_pause = 3});
  for (std::uint64_t i = 1; i <= 6; ++i) add(i, {"g" + std::to_string(i)});
  EXPECT_THAT(start(), ElementsAre("d1", "d2", "d3"));
  for (const char* id : {"d1", "d2", "d3"}) end(id, busy());
  EXPECT_TRUE(lane_.is_paused(now_));
  EXPECT_THAT(start(), IsEmpty());
  EXPECT_EQ(lane_.next_turn(now_), at(seconds(1)));

  now_ = at(seconds(1));
  EXPECT_THAT(start(), ElementsAre("d4"));
  end("d4", busy());
  now_ = at(seconds(3));
  EXPECT_THAT(start(), ElementsAre("d5"));
  end("d5", taken());
  EXPECT_FALSE(lane_.is_paused(now_));
  // The receiver is back: what failed before need not wait any longer.
  EXPECT_EQ(start().size(), 3U);
}

TEST_F(DeliveryLaneTest, ARefusalEndsAPauseToo) {
  open({.failures_to_pause = 1});
  add(1, {"a"});
  add(2, {"b"});
  EXPECT_THAT(start(), ElementsAre("d1", "d2"));
  end("d1", busy());
  EXPECT_TRUE(lane_.is_paused(now_));
  end("d2", refused());
  EXPECT_FALSE(lane_.is_paused(now_));
}

TEST_F(DeliveryLaneTest, RetryAfterHoldsTheDeliveryAndWith429TheLane) {
  for (std::uint64_t i = 1; i <= 3; ++i) add(i, {"g" + std::to_string(i)});
  open({.concurrency = 1});
  EXPECT_THAT(start(), ElementsAre("d1"));
  EXPECT_EQ(end("d1", busy(seconds(20))).next_attempt_at, at(seconds(20)));
  EXPECT_THAT(start(), ElementsAre("d2")) << "503 speaks of that delivery";
  EXPECT_EQ(end("d2", too_many(seconds(30))).next_attempt_at, at(seconds(30)));
  EXPECT_THAT(start(), IsEmpty());
  now_ = at(seconds(29));
  EXPECT_THAT(start(), IsEmpty());
  now_ = at(seconds(30));
  EXPECT_THAT(start(), ElementsAre("d3"));
}

/// m1: an answer of 503 with a long `Retry-After` made an alert dead after one attempt.
TEST_F(DeliveryLaneTest, RetryAfterEndsNoDelivery) {
  add(1, {"a"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  const auto change = end("d1", busy(std::chrono::days(1)));

  EXPECT_EQ(change.state, DeliveryState::pending);
  EXPECT_EQ(change.next_attempt_at, at(seconds(60)));

  // Near its age too: its own next attempt would still come in time.
  now_ = at(hours(1) - seconds(10));
  EXPECT_THAT(start(), ElementsAre("d1"));
  EXPECT_EQ(end("d1", busy(seconds(50))).state, DeliveryState::pending);
}

TEST_F(DeliveryLaneTest, RetryAfterHoldsTheLaneNoLongerThanTheLongestWait) {
  add(1, {"a"});
  add(2, {"b"});
  EXPECT_EQ(lane_.start(now_)->id, "d1");
  EXPECT_EQ(end("d1", too_many(std::chrono::days(1))).state, DeliveryState::pending);
  EXPECT_THAT(start(), IsEmpty());

  now_ = at(seconds(60));
  EXPECT_THAT(start(), testing::UnorderedElementsAre("d1", "d2"));
}

TEST_F(DeliveryLaneTest, GivesUpByAgeAfterAnAttempt) {
  add(1, {"a"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  now_ = at(hours(1));
  const auto change = end("d1", busy());
  EXPECT_EQ(change.state, DeliveryState::dead);
  EXPECT_EQ(change.last_error, "answered 503");
  EXPECT_EQ(lane_.count(), 0U);
}

TEST_F(DeliveryLaneTest, GivesUpByAgeWhileTheLaneIsPaused) {
  open({.concurrency = 1, .failures_to_pause = 1});
  add(1, {"a"});
  add(2, {"b"});
  add(3, {"a"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  end("d1", too_many(hours(2) - seconds(1)));
  EXPECT_THAT(tidy(), IsEmpty());
  EXPECT_EQ(lane_.count(), 3U) << "asked to wait beyond its age, it waits as long as it may";
  EXPECT_EQ(lane_.next_turn(now_), at(seconds(60)));

  now_ = at(hours(1));
  const auto changes = tidy();
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].id, "d1");
  EXPECT_EQ(changes[0].last_error,
            "given up after 1h: the sink was paused; its last attempt failed: answered 429");
  EXPECT_EQ(changes[1].id, "d2");
  EXPECT_EQ(changes[1].state, DeliveryState::dead);
  EXPECT_EQ(changes[1].finished_at, now_);
  EXPECT_FALSE(changes[1].attempt);
  EXPECT_EQ(changes[1].last_error,
            "given up after 1h: the sink was paused; no attempt was made, others of the sink "
            "failed: answered 429");
  EXPECT_EQ(lane_.count(), 0U);
  EXPECT_FALSE(lane_.next_turn(now_));
}

TEST_F(DeliveryLaneTest, GivesUpByAgeBehindAnotherThatIsUnderWay) {
  add(1, {"a"});
  add(2, {"a"});
  add(3, {"a"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  now_ = at(hours(1));
  PendingDelivery young = a_delivery(4, {"a"});
  young.created_at = now_;
  lane_.add(young);
  const auto changes = tidy();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_THAT(changes[0].last_error, HasSubstr("it waited behind another delivery of its group"));
  EXPECT_THAT(start(), IsEmpty()) << "the first is still under way";
  end("d1", taken());
  EXPECT_THAT(start(), ElementsAre("d4"));
}

TEST_F(DeliveryLaneTest, SaysWhatTheLastAttemptOfOneGivenUpMet) {
  PendingDelivery tried = a_delivery(1, {"a"});
  tried.attempts = 2;
  tried.last_error = "connection refused";
  lane_.add(tried);
  now_ = at(hours(1));
  EXPECT_EQ(tidy().at(0).last_error,
            "given up after 1h: it waited for its turn; its last attempt failed: connection "
            "refused");
}

TEST_F(DeliveryLaneTest, TellsThoseWithoutASinkWhyAndWaits) {
  lane_.close("no sink is named 'ops'");
  add(1, {"a"});
  add(2, {"a"});
  EXPECT_THAT(start(), IsEmpty());
  const auto changes = tidy();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].state, DeliveryState::pending);
  EXPECT_EQ(changes[0].attempts, 0U);
  EXPECT_EQ(changes[1].last_error, "no sink is named 'ops'");
  EXPECT_THAT(tidy(), IsEmpty()) << "once is enough";
  EXPECT_EQ(lane_.next_turn(now_), at(hours(1)));

  open({});
  EXPECT_THAT(start(), ElementsAre("d1"));
  lane_.close("no sink is named 'ops'");
  end("d1", taken());
  now_ = at(hours(1));
  EXPECT_EQ(tidy().at(0).last_error,
            "given up after 1h: no sink is named 'ops'; no attempt was made");
  EXPECT_EQ(lane_.count(), 0U);
}

TEST_F(DeliveryLaneTest, TidiesNoMoreThanItIsAskedTo) {
  for (std::uint64_t i = 1; i <= 5; ++i) add(i, {"a"});
  now_ = at(hours(1));
  EXPECT_EQ(lane_.tidy(now_, 2).size(), 2U);
  EXPECT_EQ(lane_.tidy(now_, 2).size(), 2U);
  EXPECT_EQ(lane_.tidy(now_, 2).size(), 1U);
  EXPECT_EQ(lane_.count(), 5U) << "until that is written";
}

TEST_F(DeliveryLaneTest, DropsWhatIsPendingNoMore) {
  open({.concurrency = 1, .failures_to_pause = 1});
  add(1, {"a"});
  add(2, {"a"});
  add(3, {"b"});
  EXPECT_THAT(start(), ElementsAre("d1"));
  lane_.drop("d1");
  EXPECT_THAT(start(), ElementsAre("d2")) << "its group goes on";
  end("d2", busy());
  now_ = at(seconds(1));
  EXPECT_THAT(start(), ElementsAre("d3")) << "finds out after the pause";
  lane_.drop("d3");
  EXPECT_THAT(start(), ElementsAre("d2")) << "so another does";
}

/// Anything in any order: of every group one at a time, in the order of the ledger but for what is
/// redriven, and in the end nothing is left.
TEST_F(DeliveryLaneTest, HoldsItsOrderWhateverHappens) {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    const auto chance = [&](int percent) { return static_cast<int>(random() % 100) < percent; };
    DeliveryLane lane("ops", "none");
    lane.open(retry_, {.concurrency = static_cast<std::uint32_t>(1 + random() % 5),
                       .failures_to_pause = static_cast<std::uint32_t>(random() % 4)});
    std::map<std::string, PendingDelivery> all;
    std::map<std::string, std::uint64_t> last_of_group;
    std::set<std::string> busy_groups;
    std::vector<std::string> under_way;
    std::vector<DeliveryChange> unwritten;
    TimePoint now = at({});
    std::uint64_t next = 1;
    const auto settle = [&](const DeliveryChange& change) {
      for (const auto& group : all.at(change.id).groups) busy_groups.erase(group);
      lane.written(change);
    };
    for (int step = 0; step < 400 || lane.count() > 0; ++step) {
      ASSERT_LT(step, 100'000) << "seed " << seed;
      if (step < 400 && chance(40)) {
        std::set<std::string> groups;
        for (unsigned i = 0; i <= random() % 3; ++i)
          groups.insert("g" + std::to_string(random() % 6));
        PendingDelivery delivery = a_delivery(next++, {groups.begin(), groups.end()});
        delivery.created_at = now;
        delivery.next_attempt_at = now;
        all[delivery.id] = delivery;
        lane.add(delivery);
      }
      while (const auto started = lane.start(now)) {
        const auto& delivery = all.at(started->id);
        for (const auto& group : delivery.groups) {
          ASSERT_TRUE(busy_groups.insert(group).second) << "seed " << seed;
          ASSERT_LE(last_of_group[group], delivery.sequence) << "seed " << seed;
          last_of_group[group] = delivery.sequence;
        }
        under_way.push_back(started->id);
      }
      if (!under_way.empty() && chance(60)) {
        const std::size_t one = random() % under_way.size();
        const AttemptEnd how = chance(50)   ? taken()
                               : chance(50) ? busy()
                               : chance(50) ? too_many(seconds(5))
                                            : refused();
        unwritten.push_back(lane.finish(under_way[one], how, now, 0.5));
        under_way.erase(under_way.begin() + static_cast<std::ptrdiff_t>(one));
      }
      if (chance(50)) {
        for (const auto& change : unwritten) settle(change);
        unwritten.clear();
      }
      const auto turn = lane.next_turn(now);
      if (turn && *turn > now && under_way.empty() && unwritten.empty()) now = *turn;
      for (const auto& change : lane.tidy(now, 3)) lane.written(change);
      if (chance(20)) now += seconds(1);
    }
    EXPECT_EQ(lane.under_way(), 0U);
    EXPECT_FALSE(lane.next_turn(now));
  }
}

}  // namespace
}  // namespace bellwether::pipeline
