#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/quality.hpp"

#include "measure_layout.hpp"
#include "rollup_plan.hpp"

namespace bellwether::ingest {

/// Makes frames: leaf values in, roll-ups computed, absent values filled in.
///
/// Roll-ups are summed in the order of series, so that the last bit of a sum does not depend on the
/// order of rows among leaves or on restarts.
class FrameBuilder {
 public:
  FrameBuilder(const DetectorSpec& spec, const RollupPlan& plan, const Dictionary& dictionary);

  /// Learns of series that the dictionary got since the last call.
  void notice_new_series();

  /// An empty frame over all known series.
  Frame begin(IntervalIndex interval, TimePoint start) const;

  /// Puts a leaf's running aggregates in their place.
  void put(Frame& frame, SeriesIndex leaf, const double* cells) const;

  /// Computes the roll-ups, counts what is present and fills in what is not.
  void finish(Frame& frame, IntervalQuality& quality) const;

 private:
  struct Edge {
    SeriesIndex from = 0;
    SeriesIndex to = 0;
  };

  void roll_up(MeasureColumn& column, Aggregate aggregate) const;

  MeasureLayout layout_;
  bool fills_with_zero_;
  const RollupPlan& plan_;
  const Dictionary& dictionary_;
  std::size_t noticed_ = 0;
  std::vector<std::vector<Edge>> edges_;  ///< By the step they lead to; by `from`.
};

}  // namespace bellwether::ingest
