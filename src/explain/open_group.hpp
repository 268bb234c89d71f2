#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/base/bytes.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/explain/contributions.hpp"

#include "combination.hpp"
#include "interval_sums.hpp"
#include "seed_finder.hpp"

namespace bellwether::explain {

/// What everything about a group is said in terms of.
struct GroupContext {
  const DetectorSpec& spec;
  const IntervalGrid& grid;
  const Dictionary& dictionary;
};

/// A combination that a group is about.
struct GroupElement {
  MeasureIndex measure = 0;
  Combination combination;
  double shift = 0;
  IntervalIndex last = 0;  ///< When it was last a seed.
  double explained = 0;    ///< Deviation inside it that went the way of the measure's, since it
                           ///< joined.
};

/// An event that is still going on: what it holds, and how it looks to others.
class OpenGroup {
 public:
  static constexpr std::size_t max_elements = 64;

  OpenGroup() = default;

  /// Begins with a seed, which `add_seed` then adds.
  OpenGroup(const GroupContext& context, const Seed& seed, IntervalIndex interval);

  const std::string& id() const { return id_; }
  IntervalIndex start() const { return start_; }
  IntervalIndex last() const { return last_; }
  const std::vector<GroupElement>& elements() const { return elements_; }
  bool holds_measure(MeasureIndex measure) const { return measures_.contains(measure); }

  /// Whether the series was anomalous in this group no longer than `reach` intervals ago.
  bool held_series(MeasureIndex measure, SeriesIndex series, IntervalIndex interval,
                   IntervalIndex reach) const;

  /// Takes a seed of `interval`. A weak one brings its series but does not widen what the group is
  /// about, unless it began it: roll-ups are no bridges.
  void add_seed(const GroupContext& context, const Seed& seed, IntervalIndex interval);

  /// After all seeds of an interval: severity, and the contributions of every measure among them.
  /// `sums` hold those measures, and were told of the group's elements.
  void finish_interval(IntervalIndex interval, const std::map<MeasureIndex, IntervalSums>& sums);

  AnomalyGroup to_group(const GroupContext& context, GroupStatus status) const;

  void save(ByteWriter& writer) const;

  /// False when the bytes do not decode or name what the detector does not have.
  bool restore(const GroupContext& context, ByteReader& reader);

 private:
  using SeriesRef = std::pair<std::uint32_t, SeriesIndex>;  ///< Measure and series.

  struct SeriesRecord {
    IntervalIndex first = 0;
    IntervalIndex last = 0;
    IntervalIndex peak = 0;
    double value = 0;
    double expected = 0;
    double lower = 0;
    double upper = 0;
    double severity = 0;
    double deviation = 0;
    Reason reason = Reason::none;
  };

  struct MeasureRecord {
    std::uint64_t series_count = 0;
    double severity = 0;           ///< Of its most severe series at any time.
    double severity_sum = 0;       ///< Of the best series of each interval, summed.
    double interval_severity = 0;  ///< Of the best series of the interval in progress; else zero.
    double deviation_size = 0;     ///< Sizes of its deviations, one per interval, summed.
    DeviationMatrix matrix;
  };

  void add_element(const GroupContext& context, const Seed& seed, IntervalIndex interval);
  void add_anomaly(const GroupContext& context, const Anomaly& anomaly, IntervalIndex interval);
  void make_room(const GroupContext& context, const SeriesRef& newcomer, double severity);
  bool is_less_severe(const GroupContext& context, const SeriesRef& a, double severity_a,
                      const SeriesRef& b, double severity_b) const;
  double severity() const;
  MeasureIndex primary_measure() const;
  std::vector<RootCause> root_causes(const GroupContext& context) const;
  std::vector<GroupSeries> series_table(const GroupContext& context) const;

  bool restore_elements(const GroupContext& context, ByteReader& reader);
  bool restore_series(const GroupContext& context, ByteReader& reader);
  bool restore_measures(const GroupContext& context, ByteReader& reader);

  std::string id_;
  IntervalIndex start_ = 0;
  IntervalIndex last_ = 0;
  std::uint32_t anomalous_intervals_ = 0;
  double peak_severity_ = 0;  ///< Largest severity of one interval over all measures.
  std::vector<GroupElement> elements_;
  std::map<SeriesRef, SeriesRecord> series_;  ///< At most `max_series_kept`, the most severe.
  std::set<SeriesRef> further_series_;        ///< Beyond them only who they are.
  std::optional<SeriesRef> least_severe_;     ///< Of the series kept, where it is known.
  std::map<MeasureIndex, MeasureRecord> measures_;
};

}  // namespace bellwether::explain
