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
/// Linking, for now: an anomaly joins an open group that holds the same measure in a comparable
/// combination at most one quiet interval ago; ids come from detector, measure, combination and
/// start.
///
/// Order    frames ascend; results do not depend on the order of series in the frame.
/// Threads  one caller.
/// Cost     O(anomalies x open groups), and one pass over the leaves of each affected measure.
class Grouper {
 public:
  /// Both outlive the grouper; the dictionary grows between calls.
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
