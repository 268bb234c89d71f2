#include "bellwether/alert/alert_router.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "bellwether/alert/silencing.hpp"

#include "notifications.hpp"
#include "routing_table.hpp"
#include "told_memory.hpp"

namespace bellwether::alert {
namespace {

constexpr double escalating_rise = 10;

bool wants(const AlertSpec& alert, GroupEvent event) {
  return std::ranges::find(alert.notify_on, event) != alert.notify_on.end();
}

bool has_escalated(const AnomalyGroup& group, const Told& told) {
  return group.severity >= told.severity + escalating_rise || group.series_total >= 2 * told.series;
}

}  // namespace

class AlertRouter::Body {
 public:
  explicit Body(RouterSettings settings) : settings_(std::move(settings)) {}

  void set_rules(AlertRules rules) {
    rules_ = std::move(rules);
    std::erase_if(rules_.alerts,
                  [this](const AlertSpec& alert) { return alert.detector != settings_.detector; });
    std::ranges::stable_sort(rules_.alerts, {}, &AlertSpec::name);
    table_ = RoutingTable(rules_.alerts, settings_.interval);
  }

  Routing route(std::span<const RoutedGroup> groups, TimePoint time) {
    Routing routing;
    groups_ = groups;
    time_ = time;
    sayings_.clear();
    for (const Pair& pair : pairs_of_interest(routing)) consider(pair, routing);
    speak(routing);
    for (const RoutedGroup& routed : groups)
      if (routed.is_closed) memory_.forget_group(routed.group.id);
    memory_.forget_quiet_before(time);
    return routing;
  }

  std::string save() const { return memory_.save(); }
  Result<void> restore(std::string_view bytes) { return memory_.restore(bytes); }

 private:
  /// One alert and one group of the interval, by their places.
  struct Pair {
    std::size_t group = 0;
    std::size_t alert = 0;

    auto operator<=>(const Pair&) const = default;
  };

  /// The pairs of which there may be something to say: open groups that pass an alert and are among
  /// its most severe ones, closed groups that an alert has seen pass. By group, then alert.
  std::vector<Pair> pairs_of_interest(Routing& routing) {
    std::vector<Pair> pairs;
    std::vector<std::vector<std::size_t>> passing(rules_.alerts.size());
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const AnomalyGroup& group = groups_[g].group;
      if (groups_[g].is_closed) {
        append_closing(g, pairs);
        continue;
      }
      table_.take(group);
      for (std::size_t a = 0; a < rules_.alerts.size(); ++a)
        if (table_.passes(a)) passing[a].push_back(g);
    }
    for (std::size_t a = 0; a < passing.size(); ++a) {
      hold_less_severe(a, passing[a], routing);
      for (const std::size_t g : passing[a]) pairs.push_back({g, a});
    }
    std::ranges::sort(pairs);
    return pairs;
  }

  void append_closing(std::size_t g, std::vector<Pair>& pairs) const {
    const auto* told = memory_.find(groups_[g].group.id);
    if (told == nullptr) return;
    for (const auto& [name, entry] : *told) {
      const auto alert = std::ranges::lower_bound(rules_.alerts, name, {}, &AlertSpec::name);
      if (alert == rules_.alerts.end() || alert->name != name || !alert->enabled) continue;
      pairs.push_back({g, static_cast<std::size_t>(alert - rules_.alerts.begin())});
    }
  }

  /// Leaves the alert's `top_n` most severe groups.
  void hold_less_severe(std::size_t a, std::vector<std::size_t>& passing, Routing& routing) {
    const AlertSpec& alert = rules_.alerts[a];
    if (alert.top_n == 0 || passing.size() <= alert.top_n) return;
    std::ranges::sort(passing, {}, [this](std::size_t g) {
      const AnomalyGroup& group = groups_[g].group;
      return std::tuple(-group.severity, std::string_view(group.id));
    });
    for (std::size_t rank = alert.top_n; rank < passing.size(); ++rank) {
      const AnomalyGroup& group = groups_[passing[rank]].group;
      hold(memory_.about(group.id, alert.name), group, alert,
           {Gate::top_n,
            std::to_string(alert.top_n) + " more severe groups of this interval pass the alert"},
           routing);
    }
    passing.resize(alert.top_n);
  }

  void consider(const Pair& pair, Routing& routing) {
    const AlertSpec& alert = rules_.alerts[pair.alert];
    const AnomalyGroup& group = groups_[pair.group].group;
    if (groups_[pair.group].is_closed)
      consider_end(pair, alert, group, routing);
    else
      consider_open(pair, alert, group, routing);
  }

  void consider_end(const Pair& pair, const AlertSpec& alert, const AnomalyGroup& group,
                    Routing& routing) {
    Told& told = memory_.about(group.id, alert.name);
    if (!told.has_passed || !wants(alert, GroupEvent::closed)) return;
    if (told.times == 0)
      if (auto muted = why_silenced(alert, group))
        return hold(told, group, alert, {Gate::silence, std::move(*muted)}, routing);
    say(told, pair, GroupEvent::closed);
  }

  void consider_open(const Pair& pair, const AlertSpec& alert, const AnomalyGroup& group,
                     Routing& routing) {
    Told& told = memory_.about(group.id, alert.name);
    const GroupEvent event = told.has_passed ? GroupEvent::escalated : GroupEvent::opened;
    if (told.has_passed && (!has_escalated(group, told) || !wants(alert, event))) return;
    auto refusal = why_held_back(told, alert, group, event);
    // Remembered where it is not wanted, too: whatever comes later is measured against this moment.
    if (!refusal || refusal->gate == Gate::notify_on) {
      told.has_passed = true;
      told.severity = group.severity;
      told.series = group.series_total;
    }
    if (refusal) return hold(told, group, alert, std::move(*refusal), routing);
    say(told, pair, event);
  }

  std::optional<Refusal> why_held_back(const Told& told, const AlertSpec& alert,
                                       const AnomalyGroup& group, GroupEvent event) const {
    if (auto muted = why_silenced(alert, group)) return Refusal{Gate::silence, std::move(*muted)};
    if (told.has_passed && rules_.acknowledged.contains(group.id))
      return Refusal{Gate::acknowledged, "someone has acknowledged the anomaly"};
    if (!wants(alert, event))
      return Refusal{Gate::notify_on, "the alert does not want to hear of anomalies that are " +
                                          std::string(to_string(event))};
    const auto until = memory_.quiet_until(alert.name);
    if (until && time_ < *until && alert.cooldown > Duration(0))
      return Refusal{Gate::cooldown,
                     "the alert has spoken and holds its tongue until " + to_rfc3339(*until)};
    return std::nullopt;
  }

  void say(Told& told, const Pair& pair, GroupEvent event) {
    ++told.times;
    told.held.reset();
    sayings_.emplace_back(pair, Saying{&groups_[pair.group].group, event, told.times});
  }

  /// Notes that a group is held back, where that is news.
  void hold(Told& told, const AnomalyGroup& group, const AlertSpec& alert, Refusal refusal,
            Routing& routing) {
    if (told.held == refusal.gate) return;
    told.held = refusal.gate;
    routing.decisions.push_back({group.id, alert.name, time_, std::move(refusal)});
  }

  /// Turns what was said into notifications, those of a batch into one per sink.
  void speak(Routing& routing) {
    std::map<std::size_t, std::vector<Saying>> batches;
    for (const auto& [pair, saying] : sayings_)
      if (rules_.alerts[pair.alert].batch) batches[pair.alert].push_back(saying);
    for (const auto& [pair, saying] : sayings_) {
      const AlertSpec& alert = rules_.alerts[pair.alert];
      if (saying.event != GroupEvent::closed && alert.cooldown > Duration(0))
        memory_.keep_quiet(alert.name, time_ + alert.cooldown);
      if (!alert.batch) {
        append_notifications(settings_, alert, std::span(&saying, 1), time_, routing.notifications);
      } else if (const auto batch = batches.extract(pair.alert)) {
        append_notifications(settings_, alert, batch.mapped(), time_, routing.notifications);
      }
    }
  }

  std::optional<std::string> why_silenced(const AlertSpec& alert, const AnomalyGroup& group) const {
    for (const ZonedSilence& zoned : rules_.silences)
      if (is_silenced(zoned, alert, group, time_, settings_.interval))
        return "silence " + zoned.silence.id + " of " + zoned.silence.owner +
               " mutes it: " + zoned.silence.reason;
    return std::nullopt;
  }

  RouterSettings settings_;
  AlertRules rules_;
  RoutingTable table_;
  ToldMemory memory_;

  // The interval that is being routed.
  std::span<const RoutedGroup> groups_;
  TimePoint time_{};
  std::vector<std::pair<Pair, Saying>> sayings_;
};

AlertRouter::AlertRouter(RouterSettings settings)
    : body_(std::make_unique<Body>(std::move(settings))) {}
AlertRouter::~AlertRouter() = default;
AlertRouter::AlertRouter(AlertRouter&&) noexcept = default;
AlertRouter& AlertRouter::operator=(AlertRouter&&) noexcept = default;

void AlertRouter::set_rules(AlertRules rules) { body_->set_rules(std::move(rules)); }

Routing AlertRouter::route(std::span<const RoutedGroup> groups, TimePoint time) {
  return body_->route(groups, time);
}

std::string AlertRouter::save() const { return body_->save(); }

Result<void> AlertRouter::restore(std::string_view bytes) { return body_->restore(bytes); }

}  // namespace bellwether::alert
