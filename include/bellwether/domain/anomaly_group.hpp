#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/scored_frame.hpp"
#include "bellwether/domain/series_key.hpp"

namespace bellwether {

enum class GroupStatus : std::uint8_t { open, closed };

std::string_view to_string(GroupStatus status);
Result<GroupStatus> parse_group_status(std::string_view text);

/// One value's share of a measure's deviation.
struct ValueContribution {
  std::string value;
  double percent = 0;    ///< Of the deviation in its main direction; a dimension's sum to 100.
  double deviation = 0;  ///< Signed, in the measure's unit.

  bool operator==(const ValueContribution&) const = default;
};

struct DimensionContribution {
  std::string dimension;
  std::vector<ValueContribution> values;  ///< By percent, largest first.

  bool operator==(const DimensionContribution&) const = default;
};

/// What a group does to one measure.
struct GroupMeasure {
  std::string measure;
  std::uint64_t series_count = 0;
  double severity = 0;
  std::vector<DimensionContribution> contributions;  ///< By dimension name.

  bool operator==(const GroupMeasure&) const = default;
};

/// One anomalous series of a group, as at its most severe interval.
struct GroupSeries {
  SeriesKey key;
  TimePoint first{};  ///< First and last anomalous interval.
  TimePoint last{};
  TimePoint peak{};
  double value = 0;
  double expected = 0;
  double lower = 0;
  double upper = 0;
  double severity = 0;
  double deviation = 0;  ///< Sum of value minus expected over its anomalous intervals.
  Reason reason = Reason::none;

  bool operator==(const GroupSeries&) const = default;
};

struct RootCause {
  std::map<std::string, std::string> dimensions;
  std::string measure;
  double explained_percent = 0;

  bool operator==(const RootCause&) const = default;
};

/// A measure that caused this group, or was hurt by it.
struct RelatedMeasure {
  std::string measure;
  std::string anomaly_id;  ///< Empty where the measure itself was not anomalous.
  double contribution_percent = 0;

  bool operator==(const RelatedMeasure&) const = default;
};

/// Anomalies that belong to one event.
///
/// Units    start and end are interval starts, both inclusive; severity 0 to 100.
struct AnomalyGroup {
  std::string id;  ///< UUID, the same whenever the same rows are seen.
  std::string detector;
  TimePoint start{};
  TimePoint end{};
  GroupStatus status = GroupStatus::open;
  double severity = 0;
  std::string primary_measure;
  std::vector<GroupMeasure> measures;  ///< By measure name.
  std::vector<RootCause> root_causes;
  std::vector<RelatedMeasure> causes;
  std::vector<RelatedMeasure> effects;
  std::vector<GroupSeries> series;  ///< By severity, largest first; the first `max_series_kept`.
  std::uint64_t series_total = 0;

  static constexpr std::size_t max_series_kept = 1000;

  bool operator==(const AnomalyGroup&) const = default;
};

}  // namespace bellwether
