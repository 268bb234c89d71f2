#pragma once

#include <cstddef>
#include <vector>

#include "bellwether/domain/dictionary.hpp"

#include "measure_layout.hpp"
#include "rollup_plan.hpp"

namespace bellwether::ingest {

/// Running aggregates of a few series among many, and of their roll-ups.
///
/// Sums are made in the order of series, as in frames, so that they do not depend on the order of
/// rows.
class SparseRollups {
 public:
  /// `plan`, `dictionary` and `layout` outlive it.
  SparseRollups(const RollupPlan& plan, const Dictionary& dictionary, const MeasureLayout& layout)
      : plan_(plan), dictionary_(dictionary), layout_(layout), steps_(plan.steps.size()) {}

  struct Entry {
    SeriesIndex series = 0;
    const double* cells = nullptr;
  };

  /// Every leaf with its aggregates, which outlive it.
  void set_leaves(std::vector<Entry> leaves);

  /// Leaves and roll-ups by series. To be called once.
  std::vector<Entry> take();

 private:
  void roll_up(RollupPlan::StepIndex step);
  void combine_into(double* into, const double* from) const;

  const RollupPlan& plan_;
  const Dictionary& dictionary_;
  const MeasureLayout& layout_;
  std::vector<std::vector<Entry>> steps_;
  std::vector<std::vector<double>> cells_;  ///< By step, of its roll-ups.
};

}  // namespace bellwether::ingest
