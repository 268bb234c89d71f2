#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/time.hpp"
#include "bellwether/domain/alert_spec.hpp"
#include "bellwether/domain/anomaly_group.hpp"

namespace bellwether::alert {

/// Says which alerts a group passes, as `why_refused` does and without its words: what the filters
/// name is numbered once, a group's series are translated once, and after that a thousand alerts
/// are compared in numbers.
///
/// Cost     O(series of the group) to translate; about 10 ns per alert that a group does not pass.
class RoutingTable {
 public:
  RoutingTable() = default;
  RoutingTable(std::span<const AlertSpec> alerts, Duration interval);

  /// Takes the group that `passes` is about from now on.
  void take(const AnomalyGroup& group);

  /// Whether it passes the alert of this place in the list.
  bool passes(std::size_t alert) const;

 private:
  /// 0 stands for every word that no filter names.
  using Code = std::uint32_t;
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  struct Rule {
    bool enabled = true;
    bool has_series_conditions = false;
    Direction direction = Direction::any;
    double severity = -std::numeric_limits<double>::infinity();
    double absolute = 0;
    double percent = 0;
    std::uint32_t min_duration = 1;
    Range measures;    ///< Of `codes_`.
    Range dimensions;  ///< Of `filters_`.
  };
  struct DimensionFilter {
    std::uint32_t dimension = 0;
    Range values;  ///< Of `codes_`.
  };
  struct Series {
    Code measure = 0;
    double value = 0;
    double expected = 0;
  };

  Range add_codes(const std::vector<std::string>& words, std::map<std::string, Code>& numbers);
  bool is_listed(Range codes, Code code) const;
  bool any_present(Range codes, const std::vector<bool>& present) const;
  bool can_pass(const Rule& rule) const;
  bool admits(const Rule& rule, std::size_t series) const;

  Duration interval_{1};
  std::map<std::string, Code> measures_;
  std::vector<std::pair<std::string, std::map<std::string, Code>>> dimensions_;
  std::vector<Code> codes_;
  std::vector<DimensionFilter> filters_;
  std::vector<Rule> rules_;

  // The group that was taken.
  double severity_ = 0;
  std::int64_t lasted_ = 0;
  std::vector<Series> series_;
  std::vector<Code> values_;  ///< Series by series, one for each of `dimensions_`.
  std::vector<bool> present_measures_;
  std::vector<std::vector<bool>> present_values_;
};

}  // namespace bellwether::alert
