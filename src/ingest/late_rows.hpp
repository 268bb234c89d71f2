#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <vector>

#include "bellwether/domain/amendment.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/row_batch.hpp"

#include "leaf_registry.hpp"
#include "measure_layout.hpp"
#include "open_interval.hpp"
#include "rollup_plan.hpp"

namespace bellwether::ingest {

/// Rows of intervals that are closed, folded up by leaf until the next interval closes and takes
/// them along as amendments. So they need no hold on the stream: what is here is committed with the
/// very position that passes it.
class LateRows {
 public:
  /// `spec`, `plan` and `dictionary` outlive it.
  LateRows(const DetectorSpec& spec, const IntervalGrid& grid, const RollupPlan& plan,
           const Dictionary& dictionary, std::size_t cell_limit);

  /// Frames before `first` are not there to be amended. Until it is known, none are.
  void set_first_interval(IntervalIndex first) { first_interval_ = first; }

  /// Whether a closed interval still takes rows: it ended less than `late_window` before the end of
  /// `newest_closed`. No clock is asked, so that a replay decides the same.
  bool are_welcome(IntervalIndex interval, IntervalIndex newest_closed) const;

  /// Whether another row can be held.
  bool has_room() const { return cells_ < cell_limit_; }

  void fold(IntervalIndex interval, LeafIndex leaf, const RowBatch& batch, std::size_t row);

  bool is_empty() const { return intervals_.empty(); }
  std::size_t cells() const { return cells_; }

  /// The leaves met, to be settled before `release`.
  void append_leaves(std::vector<LeafIndex>& leaves) const;

  /// Hands out everything, roll-ups computed, by interval.
  std::vector<Amendment> release(const LeafRegistry& leaves);

 private:
  Amendment make_amendment(IntervalIndex interval, const OpenInterval& late,
                           const LeafRegistry& leaves) const;

  const DetectorSpec& spec_;
  IntervalGrid grid_;
  const RollupPlan& plan_;
  const Dictionary& dictionary_;
  MeasureLayout layout_;
  std::size_t cell_limit_;
  IntervalIndex first_interval_ = std::numeric_limits<IntervalIndex>::max();
  std::map<IntervalIndex, OpenInterval> intervals_;
  std::size_t cells_ = 0;
};

}  // namespace bellwether::ingest
