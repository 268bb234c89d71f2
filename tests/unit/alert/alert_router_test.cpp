#include "bellwether/alert/alert_router.hpp"

#include <chrono>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "a_group.hpp"

namespace bellwether::alert {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr TimePoint start_of_day{std::chrono::sys_days(std::chrono::year(2026) / 3 / 20)};
TimePoint at(int hour) { return start_of_day + hours(hour); }

AlertRules rules_of(std::vector<AlertSpec> alerts, const std::vector<Silence>& silences = {}) {
  AlertRules rules;
  rules.alerts = std::move(alerts);
  for (const Silence& silence : silences) rules.silences.push_back({silence, {}});
  return rules;
}

AlertRouter a_router(std::vector<AlertSpec> alerts, const std::vector<Silence>& silences = {}) {
  AlertRouter router({"shop", hours(1), "Europe/Berlin"});
  router.set_rules(rules_of(std::move(alerts), silences));
  return router;
}

Routing route(AlertRouter& router, const std::vector<AnomalyGroup>& groups, int hour) {
  std::vector<RoutedGroup> routed;
  for (const AnomalyGroup& group : groups)
    routed.push_back({group, group.status == GroupStatus::closed});
  return router.route(routed, at(hour));
}

std::vector<Notification> tell(AlertRouter& router, const AnomalyGroup& group, int hour) {
  const RoutedGroup routed{group, false};
  return router.route(std::span(&routed, 1), at(hour)).notifications;
}

std::vector<Notification> tell_closed(AlertRouter& router, const AnomalyGroup& group, int hour) {
  const RoutedGroup routed{group, true};
  return router.route(std::span(&routed, 1), at(hour)).notifications;
}

AlertSpec an_alert_on(std::vector<GroupEvent> events) {
  auto alert = an_alert();
  alert.notify_on = std::move(events);
  return alert;
}

const std::vector<GroupEvent> all_events{GroupEvent::opened, GroupEvent::escalated,
                                         GroupEvent::closed};

TEST(AlertRouter, TellsEverySinkOfAnAlertOnce) {
  auto alert = an_alert();
  alert.sinks = {"ops", "mail", "ops"};
  auto router = a_router({alert});
  const AnomalyGroup group = a_group().with("views");
  const auto told = tell(router, group, 8);
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].sink, "ops");
  EXPECT_EQ(told[1].sink, "mail");
  EXPECT_EQ(told[0].alert, "pager");
  EXPECT_EQ(told[0].detector, "shop");
  EXPECT_EQ(told[0].interval, hours(1));
  EXPECT_EQ(told[0].event, GroupEvent::opened);
  EXPECT_EQ(told[0].caused_at, at(8));
  EXPECT_EQ(told[0].group, group);
  EXPECT_FALSE(told[0].is_test);
  EXPECT_NE(told[0].delivery_id, told[1].delivery_id);
  EXPECT_THAT(tell(router, group, 9), IsEmpty());
}

TEST(AlertRouter, SpeaksWhenAGroupPassesHoweverLate) {
  auto alert = an_alert();
  alert.severity = 70;
  auto router = a_router({alert});
  EXPECT_THAT(tell(router, a_group(60).with("views"), 8), IsEmpty());
  EXPECT_THAT(tell(router, a_group(69).with("views"), 9), IsEmpty());
  const auto told = tell(router, a_group(71).with("views"), 10);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].event, GroupEvent::opened);
}

TEST(AlertRouter, IgnoresDisabledAlertsAndThoseOfOtherDetectors) {
  auto disabled = an_alert("disabled");
  disabled.enabled = false;
  auto foreign = an_alert("foreign");
  foreign.detector = "till";
  auto router = a_router({disabled, foreign});
  EXPECT_THAT(tell(router, a_group().with("views"), 8), IsEmpty());
}

TEST(AlertRouter, EscalatesWhenSeverityRoseByTenSinceItLastSpoke) {
  auto router = a_router({an_alert_on(all_events)});
  tell(router, a_group(70).with("views"), 8);
  EXPECT_THAT(tell(router, a_group(79.9).with("views"), 9), IsEmpty());
  const auto told = tell(router, a_group(80).with("views"), 10);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].event, GroupEvent::escalated);
  EXPECT_THAT(tell(router, a_group(85).with("views"), 11), IsEmpty());
  const auto again = tell(router, a_group(91).with("views"), 12);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].event, GroupEvent::escalated);
  EXPECT_NE(again[0].delivery_id, told[0].delivery_id);
}

TEST(AlertRouter, EscalatesWhenTheSeriesDoubled) {
  auto router = a_router({an_alert_on(all_events)});
  tell(router, a_group(70).with("views").series_total(3), 8);
  EXPECT_THAT(tell(router, a_group(70).with("views").series_total(5), 9), IsEmpty());
  EXPECT_THAT(tell(router, a_group(70).with("views").series_total(6), 10), SizeIs(1));
  EXPECT_THAT(tell(router, a_group(70).with("views").series_total(11), 11), IsEmpty());
  EXPECT_THAT(tell(router, a_group(70).with("views").series_total(12), 12), SizeIs(1));
}

TEST(AlertRouter, KeepsEscalationsToItselfWhereNobodyAsked) {
  auto router = a_router({an_alert()});
  tell(router, a_group(70).with("views"), 8);
  EXPECT_THAT(tell(router, a_group(99).with("views"), 9), IsEmpty());
}

TEST(AlertRouter, MeasuresEscalationFromTheOpeningEvenWhereOnlyTheFormerIsWanted) {
  auto router = a_router({an_alert_on({GroupEvent::escalated})});
  EXPECT_THAT(tell(router, a_group(70).with("views"), 8), IsEmpty());
  EXPECT_THAT(tell(router, a_group(75).with("views"), 9), IsEmpty());
  EXPECT_THAT(tell(router, a_group(80).with("views"), 10), SizeIs(1));
}

TEST(AlertRouter, TellsTheEndToWhomItToldTheBeginning) {
  auto high = an_alert_on(all_events);
  high.name = "high";
  high.severity = 95;
  auto router = a_router({an_alert_on(all_events), high});
  const AnomalyGroup group = a_group(80).with("views");
  EXPECT_THAT(tell(router, group, 8), SizeIs(1));
  const auto told = tell_closed(router, group, 11);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].alert, "pager");
  EXPECT_EQ(told[0].event, GroupEvent::closed);
  EXPECT_THAT(tell_closed(router, group, 12), IsEmpty());
}

TEST(AlertRouter, DoesNotTellTheEndOfWhatNeverPassed) {
  auto router = a_router({an_alert_on({GroupEvent::closed})});
  EXPECT_THAT(tell_closed(router, a_group().with("views"), 8), IsEmpty());
}

TEST(AlertRouter, ForgetsAGroupThatClosed) {
  auto router = a_router({an_alert()});
  const std::string nothing = router.save();
  tell(router, a_group().with("views"), 8);
  EXPECT_NE(router.save(), nothing);
  tell_closed(router, a_group().with("views"), 9);
  EXPECT_EQ(router.save(), nothing);
}

Silence a_silence(int from, int until) {
  Silence silence;
  silence.from = at(from);
  silence.until = at(until);
  return silence;
}

TEST(AlertRouter, TellsOfAGroupThatOutlastsTheSilence) {
  auto router = a_router({an_alert()}, {a_silence(8, 10)});
  const AnomalyGroup group = a_group().with("views");
  EXPECT_THAT(tell(router, group, 8), IsEmpty());
  EXPECT_THAT(tell(router, group, 9), IsEmpty());
  const auto told = tell(router, group, 10);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].event, GroupEvent::opened);
}

TEST(AlertRouter, SaysNothingOfAnEscalationInSilenceButOfTheEndOfWhatWasSent) {
  auto router = a_router({an_alert_on(all_events)}, {a_silence(9, 11)});
  EXPECT_THAT(tell(router, a_group(70).with("views"), 8), SizeIs(1));
  EXPECT_THAT(tell(router, a_group(90).with("views"), 9), IsEmpty());
  EXPECT_THAT(tell(router, a_group(90).with("views"), 11), SizeIs(1));
  router.set_rules(rules_of({an_alert_on(all_events)}, {a_silence(12, 13)}));
  const auto ended = tell_closed(router, a_group(90).with("views"), 12);
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].event, GroupEvent::closed);
  EXPECT_THAT(tell_closed(router, a_group(90).with("views"), 14), IsEmpty());
}

TEST(AlertRouter, SaysNothingOfTheEndInSilenceWhereNothingWasSent) {
  auto router = a_router({an_alert_on({GroupEvent::closed})}, {a_silence(9, 20)});
  EXPECT_THAT(tell(router, a_group(70).with("views"), 8), IsEmpty());
  EXPECT_THAT(tell_closed(router, a_group(70).with("views"), 12), IsEmpty());
}

TEST(AlertRouter, SaysWhyItHoldsAGroupBackOnce) {
  auto silence = a_silence(8, 10);
  silence.id = "s1";
  silence.owner = "sam";
  silence.reason = "stocktaking";
  auto router = a_router({an_alert()}, {silence});
  const AnomalyGroup group = a_group().with("views");
  const auto first = route(router, {group}, 8).decisions;
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].anomaly_id, "group-1");
  EXPECT_EQ(first[0].alert, "pager");
  EXPECT_EQ(first[0].time, at(8));
  EXPECT_EQ(first[0].refusal.gate, Gate::silence);
  EXPECT_EQ(first[0].refusal.reason, "silence s1 of sam mutes it: stocktaking");
  EXPECT_THAT(route(router, {group}, 9).decisions, IsEmpty());
  EXPECT_THAT(route(router, {group}, 10).notifications, SizeIs(1));
}

TEST(AlertRouter, TellsOfTheMostSevereGroupsOfAnInterval) {
  auto alert = an_alert();
  alert.top_n = 2;
  auto router = a_router({alert});
  const std::vector<AnomalyGroup> groups{a_group(70).named("a").with("views"),
                                         a_group(90).named("b").with("views"),
                                         a_group(80).named("c").with("views")};
  const auto told = route(router, groups, 8);
  ASSERT_THAT(told.notifications, SizeIs(2));
  EXPECT_EQ(told.notifications[0].group.id, "b");
  EXPECT_EQ(told.notifications[1].group.id, "c");
  ASSERT_THAT(told.decisions, SizeIs(1));
  EXPECT_EQ(told.decisions[0].anomaly_id, "a");
  EXPECT_EQ(told.decisions[0].refusal.gate, Gate::top_n);
  // Alone in the next interval it is among the most severe.
  EXPECT_THAT(tell(router, groups[0], 9), SizeIs(1));
}

TEST(AlertRouter, DoesNotEscalateWhatSomeoneHasTakenOn) {
  auto router = a_router({an_alert_on(all_events)});
  EXPECT_THAT(tell(router, a_group(70).with("views"), 8), SizeIs(1));
  auto rules = rules_of({an_alert_on(all_events)});
  rules.acknowledged = {"group-1"};
  router.set_rules(rules);
  const auto held = route(router, {a_group(90).with("views")}, 9);
  EXPECT_THAT(held.notifications, IsEmpty());
  ASSERT_THAT(held.decisions, SizeIs(1));
  EXPECT_EQ(held.decisions[0].refusal.gate, Gate::acknowledged);
  EXPECT_THAT(tell_closed(router, a_group(90).with("views"), 10), SizeIs(1));
}

TEST(AlertRouter, HoldsItsTongueForAWhileAfterItHasSpoken) {
  auto alert = an_alert_on(all_events);
  alert.cooldown = hours(3);
  auto router = a_router({alert});
  const AnomalyGroup first = a_group().named("first").with("views");
  const AnomalyGroup second = a_group().named("second").with("views");
  EXPECT_THAT(route(router, {first, second}, 8).notifications, SizeIs(2));
  const AnomalyGroup third = a_group().named("third").with("views");
  const auto held = route(router, {third}, 9);
  EXPECT_THAT(held.notifications, IsEmpty());
  ASSERT_THAT(held.decisions, SizeIs(1));
  EXPECT_EQ(held.decisions[0].refusal.reason,
            "the alert has spoken and holds its tongue until 2026-03-20T11:00:00Z");
  EXPECT_THAT(tell_closed(router, first, 10), SizeIs(1));  // Endings go out.
  EXPECT_THAT(tell(router, third, 10), IsEmpty());
  EXPECT_THAT(tell(router, third, 11), SizeIs(1));
  EXPECT_THAT(tell(router, a_group().named("fourth").with("views"), 12), IsEmpty());
}

TEST(AlertRouter, PutsAllGroupsOfAnIntervalIntoOneNotification) {
  auto alert = an_alert_on(all_events);
  alert.batch = true;
  alert.sinks = {"ops", "mail"};
  auto router = a_router({alert});
  route(router, {a_group(99).named("old").with("views")}, 7);
  AnomalyGroup over = a_group(99).named("old").with("views");
  over.status = GroupStatus::closed;
  const std::vector<AnomalyGroup> groups{over, a_group(70).named("a").with("orders"),
                                         a_group(90).named("b").with("views")};
  const auto told = route(router, groups, 8).notifications;
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].sink, "ops");
  EXPECT_EQ(told[1].sink, "mail");
  EXPECT_NE(told[0].delivery_id, told[1].delivery_id);
  EXPECT_EQ(told[0].group, groups[2]);
  EXPECT_EQ(told[0].event, GroupEvent::opened);
  ASSERT_THAT(told[0].others, SizeIs(2));
  EXPECT_EQ(told[0].others[0], (GroupNews{GroupEvent::opened, groups[1], "orders"}));
  EXPECT_EQ(told[0].others[1].event, GroupEvent::closed);
  EXPECT_EQ(told[0].others[1].group.id, "old");
}

TEST(AlertRouter, ShowsTheMeasureAGroupPassedWith) {
  auto alert = an_alert();
  alert.description = "Night shift";
  auto router = a_router({alert});
  AnomalyGroup group = a_group().with("orders").with("views");
  group.primary_measure = "views";
  const auto told = tell(router, group, 8);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].measure, "views");
  EXPECT_EQ(told[0].timezone, "Europe/Berlin");
  EXPECT_EQ(told[0].alert_description, "Night shift");
  alert.filters.measures = {"orders"};
  router.set_rules(rules_of({alert}));
  group.id = "group-2";
  EXPECT_EQ(tell(router, group, 9).at(0).measure, "orders");
}

TEST(AlertRouter, FollowsNewRulesFromTheNextIntervalOn) {
  auto router = a_router({});
  const AnomalyGroup group = a_group().with("views");
  EXPECT_THAT(tell(router, group, 8), IsEmpty());
  router.set_rules(rules_of({an_alert()}));
  EXPECT_THAT(tell(router, group, 9), SizeIs(1));
  router.set_rules(rules_of({an_alert(), an_alert("mail")}));
  const auto told = tell(router, group, 10);
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].alert, "mail");
}

TEST(AlertRouter, DoesNotDependOnTheOrderOfRules) {
  const auto alerts = [](bool reversed) {
    std::vector<AlertSpec> list{an_alert("a"), an_alert("b"), an_alert("c")};
    if (reversed) std::ranges::reverse(list);
    return list;
  };
  auto router = a_router(alerts(false));
  auto other = a_router(alerts(true));
  const AnomalyGroup group = a_group().with("views");
  EXPECT_EQ(tell(router, group, 8), tell(other, group, 8));
}

TEST(AlertRouter, GivesEveryDeliveryItsOwnIdAndTheSameAgain) {
  const auto run = [] {
    auto router = a_router({an_alert_on(all_events), an_alert("mail")});
    std::vector<std::string> ids;
    for (const auto* name : {"group-1", "group-2"}) {
      int hour = 8;
      for (const double severity : {70.0, 80.0, 90.0, 100.0})
        for (const auto& told : tell(router, a_group(severity).named(name).with("views"), ++hour))
          ids.push_back(told.delivery_id);
      for (const auto& told : tell_closed(router, a_group(100).named(name).with("views"), ++hour))
        ids.push_back(told.delivery_id);
    }
    return ids;
  };
  const auto ids = run();
  EXPECT_THAT(ids, SizeIs(2 * (1 + 3 + 1 + 1)));
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(run(), ids);
}

TEST(AlertRouter, GoesOnAfterARestartAsIfNothingHadHappened) {
  const auto run = [](bool restart) {
    std::mt19937 random(5);
    auto router = a_router({an_alert_on(all_events), an_alert("mail")});
    std::vector<Notification> told;
    for (int hour = 0; hour < 300; ++hour) {
      const auto name = "group-" + std::to_string(random() % 5);
      const AnomalyGroup group = a_group(60 + static_cast<double>(random() % 41))
                                     .named(name)
                                     .with("views")
                                     .series_total(1 + random() % 20);
      const auto news =
          random() % 6 == 0 ? tell_closed(router, group, hour) : tell(router, group, hour);
      told.insert(told.end(), news.begin(), news.end());
      if (!restart) continue;
      auto next = a_router({an_alert_on(all_events), an_alert("mail")});
      EXPECT_TRUE(next.restore(router.save()).has_value());
      EXPECT_EQ(next.save(), router.save());
      router = std::move(next);
    }
    return told;
  };
  const auto told = run(false);
  EXPECT_GT(told.size(), 60U);
  EXPECT_EQ(run(true), told);
}

TEST(AlertRouter, RefusesStateThatWasDamagedAndRemembersNothing) {
  auto router = a_router({an_alert()});
  const std::string nothing = router.save();
  tell(router, a_group().with("views"), 8);
  tell(router, a_group().named("group-2").with("views"), 8);
  const std::string bytes = router.save();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto restored = router.restore(bytes.substr(0, length));
    ASSERT_TRUE(restored.has_error()) << length;
    EXPECT_EQ(restored.error().code, ErrorCode::corrupt);
    EXPECT_EQ(router.save(), nothing);
  }
  EXPECT_TRUE(router.restore(bytes + "x").has_error());
  std::mt19937 random(1);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = bytes;
    damaged[random() % damaged.size()] = static_cast<char>(random());
    (void)router.restore(damaged);
  }
  EXPECT_TRUE(router.restore(bytes).has_value());
  EXPECT_THAT(tell(router, a_group().with("views"), 9), IsEmpty());
}

}  // namespace
}  // namespace bellwether::alert
