#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/scored_frame.hpp"
#include "bellwether/explain/group_change.hpp"

namespace bellwether::explain {

/// Says which anomalies are one event, and follows each event until it is over.
///
/// Roll-ups are no bridges: within an interval each measure's anomalies are first hung on seeds,
/// the few combinations whose leaves moved alike, and only seeds are linked. A seed joins an open
/// group
///
///   - of the same measure, when the group was about a comparable combination (one lies inside the
///     other) at most GAP intervals ago (1; 2 when intervals are 10 minutes or shorter), whichever
///     way the values went; or, in the interval that opened the group, about a sibling: the same
///     dimensions fixed and a relative change within 8 %;
///   - of another measure, when the group was about the same or a comparable combination that
///     shares a tenth of the leaves, and began at most two intervals ago, or has the seed's measure
///     already, or they share half of the leaves.
///
/// A series that fits no seed joins the group that held it a moment ago, or a comparable one
/// without widening it. What fits several groups joins the one of the same combination, or with
/// most leaves in common; then the older one, then the lower id. What fits none opens a group.
/// Groups are never merged, and close for good after more than GAP quiet intervals.
///
/// Ids come from detector, the opening seed's measure and combination, and the start.
///
/// Order    frames ascend; results do not depend on the order of series in the frame.
/// Threads  one caller.
/// Cost     O(seeds x open groups), and a few passes over the leaves of each affected measure for
///          every set of dimensions. An interval without anomalies is free.
class Grouper {
 public:
  /// All three outlive the grouper; the dictionary grows between calls.
  Grouper(const DetectorSpec& spec, const IntervalGrid& grid, const Dictionary& dictionary);
  ~Grouper();
  Grouper(const Grouper&) = delete;
  Grouper& operator=(const Grouper&) = delete;

  /// Takes the anomalies of one interval; gives the groups it opened, changed or closed, by id.
  std::vector<GroupChange> add(const Frame& frame, const ScoredFrame& scored);

  /// All that `restore` needs: a few kilobytes per open group.
  std::string save() const;

  /// Errors   corrupt; the grouper is then empty.
  Result<void> restore(std::string_view bytes);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace bellwether::explain
