#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/silence.hpp"

namespace bellwether::alert {

/// One changed group, as the router needs it.
struct RoutedGroup {
  const AnomalyGroup& group;
  bool is_closed = false;
};

/// Decides which groups become deliveries, for whom and when.
///
/// `opened` goes out the first time a group passes an alert, whenever that is; `escalated` when its
/// severity rose by 10 or its series doubled since the alert last spoke of it; `closed` when it
/// ends, to the alerts it had passed. One notification per sink, in the order of groups, alert
/// names and sinks. A delivery's id is made from group, alert, sink, event and how often the alert
/// has spoken of the group, so the same rows always give the same ids. While silenced an alert says
/// nothing and remembers nothing, so a group that outlasts the silence is told then.
///
/// Threads  one caller.
/// Cost     O(alerts x groups x series of a group).
class AlertRouter {
 public:
  AlertRouter(std::string detector, Duration interval);

  /// The rules in force from the next interval on; those of other detectors are ignored.
  void set_rules(std::vector<AlertSpec> alerts, std::vector<Silence> silences);

  /// `time` is the end of the interval that changed the groups.
  std::vector<Notification> route(std::span<const RoutedGroup> groups, TimePoint time);

  /// What it has told whom about groups that are still open.
  std::string save() const;

  /// Errors   corrupt; the router then remembers nothing.
  Result<void> restore(std::string_view bytes);

 private:
  /// What an alert last said of a group.
  struct Told {
    double severity = 0;
    std::uint64_t series = 0;
    std::uint32_t times = 0;
  };

  bool is_muted(const AlertSpec& alert, const AnomalyGroup& group, TimePoint time) const;
  std::optional<GroupEvent> news(const AlertSpec& alert, const AnomalyGroup& group);
  std::optional<GroupEvent> closing(const AlertSpec& alert, const AnomalyGroup& group) const;
  void notify(const AlertSpec& alert, const AnomalyGroup& group, GroupEvent event, TimePoint time,
              std::vector<Notification>& notifications);

  std::string detector_;
  Duration interval_;
  std::vector<AlertSpec> alerts_;
  std::vector<Silence> silences_;
  std::map<std::string, std::map<std::string, Told>> told_;  ///< By group id, then alert.
};

}  // namespace bellwether::alert
