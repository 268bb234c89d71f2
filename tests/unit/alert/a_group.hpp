#pragma once

#include <map>
#include <string>
#include <utility>

#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether::alert {

/// A group told in a line: `a_group(75).with("revenue", {{"country", "NL"}})`.
class GroupBuilder {
 public:
  explicit GroupBuilder(double severity) {
    group_.id = "group-1";
    group_.detector = "shop";
    group_.severity = severity;
  }

  GroupBuilder& with(std::string measure, std::map<std::string, std::string> dimensions = {},
                     double value = 40, double expected = 100) {
    GroupSeries series;
    series.key = {std::move(measure), std::move(dimensions)};
    series.value = value;
    series.expected = expected;
    series.severity = group_.severity;
    group_.series.push_back(std::move(series));
    group_.series_total = group_.series.size();
    return *this;
  }
  GroupBuilder& named(std::string id) {
    group_.id = std::move(id);
    return *this;
  }
  GroupBuilder& series_total(std::uint64_t count) {
    group_.series_total = count;
    return *this;
  }

  operator AnomalyGroup() const { return group_; }  // NOLINT: a builder reads as what it builds.

 private:
  AnomalyGroup group_;
};

inline GroupBuilder a_group(double severity = 80) { return GroupBuilder(severity); }

inline AlertSpec an_alert(std::string name = "pager") {
  AlertSpec alert;
  alert.name = std::move(name);
  alert.detector = "shop";
  alert.sinks = {"ops"};
  return alert;
}

}  // namespace bellwether::alert
