#include "routing_model.hpp"

#include <gmock/gmock.h>

namespace bellwether::alert {
namespace {

using std::chrono::hours;

constexpr int runs = 10'000;
constexpr int intervals_of_a_run = 10;

/// A random life of one detector: rules that change now and then, groups that come, grow and close.
class RandomLife {
 public:
  explicit RandomLife(unsigned seed) : cases_(seed) {}

  AlertRules rules() {
    AlertRules rules;
    for (const char* name : {"first", "pager", "zz"})
      if (below(3) != 0) rules.alerts.push_back(alert(name));
    for (int i = below(3); i > 0; --i) rules.silences.push_back({silence(), {}});
    for (int i = 0; i < 4; ++i)
      if (below(4) == 0) rules.acknowledged.insert("group-" + std::to_string(i));
    return rules;
  }

  /// What has become of the groups by the interval that ends at `time`.
  std::vector<AnomalyGroup> groups(TimePoint time) {
    std::vector<AnomalyGroup> changed;
    for (int i = 0; i < 4; ++i) {
      const std::string id = "group-" + std::to_string(i);
      const auto open = open_.find(id);
      if (open == open_.end()) {
        if (below(3) != 0) continue;
        AnomalyGroup group = cases_.group();
        group.id = id;
        group.start = group.end = time - hours(1);
        open_[id] = group;
      } else if (below(4) == 0) {
        open->second.status = GroupStatus::closed;
      } else if (below(3) == 0) {
        continue;
      } else {
        grow(open->second, time);
      }
      changed.push_back(open_[id]);
      if (open_[id].status == GroupStatus::closed) open_.erase(id);
    }
    return changed;
  }

  int below(int count) { return cases_.below(count); }

 private:
  AlertSpec alert(const char* name) {
    AlertSpec alert = cases_.alert();
    alert.name = name;
    // Mostly wide open: what passes is what makes a difference further on.
    if (below(3) != 0) {
      alert.filters = {};
      alert.direction = Direction::any;
      alert.min_change = {};
    }
    if (below(2) == 0) alert.severity.reset();
    if (below(12) == 0) alert.detector = "till";
    alert.enabled = below(12) != 0;
    alert.sinks = {"ops"};
    if (below(2) == 0) alert.sinks = {"ops", "mail", "ops"};
    alert.notify_on.clear();
    for (const GroupEvent event : {GroupEvent::opened, GroupEvent::escalated, GroupEvent::closed})
      if (below(3) != 0) alert.notify_on.push_back(event);
    if (below(4) == 0) alert.top_n = static_cast<std::uint32_t>(1 + below(3));
    if (below(4) == 0) alert.cooldown = hours(1 + below(4));
    alert.batch = below(3) == 0;
    return alert;
  }

  Silence silence() {
    Silence silence = cases_.silence();
    silence.until = silence.from + hours(1 + below(8));
    silence.until_closed = below(3) == 0;
    if (below(3) == 0) silence.anomaly = "group-" + std::to_string(below(4));
    if (below(3) == 0) {
      silence.from -= hours(24 * below(15));
      silence.recurring = WeeklyWindow{};
      for (bool& day : silence.recurring->rule.weekdays) day = below(2) == 0;
      silence.recurring->rule.weekdays[5] = true;
      silence.recurring->from = hours(below(24));
      silence.recurring->until = hours(below(25));
      silence.until.reset();
    }
    return silence;
  }

  void grow(AnomalyGroup& group, TimePoint time) {
    group.end = time - hours(1);
    group.severity = std::min(100, static_cast<int>(group.severity) + below(25));
    if (below(3) != 0) return;
    const AnomalyGroup more = cases_.group();
    group.series.insert(group.series.end(), more.series.begin(), more.series.end());
    group.series_total = group.series.size();
  }

  RandomCases cases_;
  std::map<std::string, AnomalyGroup> open_;
};

RoutingModel::Answer answer_of(const Routing& routing) {
  RoutingModel::Answer answer;
  for (const Notification& told : routing.notifications) {
    RoutingModel::Said said{told.alert, told.sink, told.event, {told.group.id}};
    for (const GroupNews& other : told.others) said.groups.push_back(other.group.id);
    answer.said.insert(said);
  }
  for (const RoutingDecision& decision : routing.decisions)
    answer.held.insert({decision.alert, decision.anomaly_id, decision.refusal.gate});
  return answer;
}

TEST(AlertRouter, AgreesWithAPlainModelOnRandomLives) {
  std::size_t said = 0;
  std::map<Gate, int> held;
  for (int run = 0; run < runs; ++run) {
    RandomLife life(static_cast<unsigned>(run));
    RoutingModel model;
    AlertRouter router({"shop", hours(1), "UTC"});
    AlertRules rules = life.rules();
    std::set<std::string> ids;
    for (int i = 0; i < intervals_of_a_run; ++i) {
      if (life.below(4) == 0) rules = life.rules();
      router.set_rules(rules);
      const TimePoint time = noon + hours(i);
      const auto groups = life.groups(time);
      std::vector<RoutedGroup> routed;
      for (const AnomalyGroup& group : groups)
        routed.push_back({group, group.status == GroupStatus::closed});
      const Routing routing = router.route(routed, time);
      const auto expected = model.route(rules, groups, time);
      const auto actual = answer_of(routing);
      ASSERT_TRUE(actual.said == expected.said) << "run " << run << ", interval " << i;
      ASSERT_TRUE(actual.held == expected.held) << "run " << run << ", interval " << i;
      for (const Notification& told : routing.notifications) ids.insert(told.delivery_id);
      said += routing.notifications.size();
      for (const RoutingDecision& decision : routing.decisions) ++held[decision.refusal.gate];
      // A restart between two intervals makes no difference.
      if (life.below(5) != 0) continue;
      AlertRouter next({"shop", hours(1), "UTC"});
      ASSERT_TRUE(next.restore(router.save()).has_value());
      router = std::move(next);
    }
  }
  EXPECT_GT(said, 20'000U);
  for (const Gate gate :
       {Gate::top_n, Gate::silence, Gate::acknowledged, Gate::notify_on, Gate::cooldown})
    EXPECT_GT(held[gate], 300) << to_string(gate);
}

}  // namespace
}  // namespace bellwether::alert
