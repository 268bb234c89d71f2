#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "bellwether/ingest/aggregator.hpp"

#include "fair_samples.hpp"
#include "frame_builder.hpp"
#include "late_rows.hpp"
#include "leaf_registry.hpp"
#include "measure_layout.hpp"
#include "open_interval.hpp"
#include "rollup_plan.hpp"
#include "stream_ledger.hpp"

namespace bellwether::ingest {

/// What an aggregator holds between batches. How rows are taken in stands in
/// aggregator_taking.cpp, how intervals are closed in aggregator_closing.cpp.
class Aggregator::State {
 public:
  State(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
        std::optional<IntervalIndex> last_closed, const SourcePosition& position,
        std::size_t open_cell_limit);

  Result<void> add(const RowBatch& batch, const OnClosed& on_closed);
  Result<void> add(const Intake& intake, const OnClosed& on_closed);
  Result<void> close_to_watermark(const Intake& intake, const OnClosed& on_closed);
  Result<void> close_historical(const OnClosed& on_closed);
  Result<void> close_until(TimePoint now, const OnClosed& on_closed);
  void discard(TimePoint start);
  void set_first_interval(IntervalIndex first) { late_.set_first_interval(first); }
  Result<void> close_import(const Intake& intake, const OnClosed& on_closed);
  Result<void> close_all(const OnClosed& on_closed);
  std::optional<TimePoint> next_close() const;
  void limit_series(std::size_t most, std::string what) {
    leaves_.limit_series(std::min(most, spec_.max_series));
    limit_ = most < spec_.max_series ? std::move(what) : max_series_told();
  }
  std::size_t open_cells() const { return open_cells_ + late_.cells(); }
  bool is_caught_up() const { return ledger_.is_caught_up(); }
  const RejectedRows& rejected() const { return rejected_; }

 private:
  static constexpr IntervalIndex no_clock = std::numeric_limits<IntervalIndex>::max();

  /// The batch being taken, and how far.
  struct Taking {
    const RowBatch& batch;
    StreamLedger::StreamIndex stream = 0;
    std::uint64_t next_row = 0;                ///< In the stream.
    std::size_t next_fault = 0;                ///< In the batch's list of refused rows.
    bool counts_faults_singly = false;         ///< The list is complete.
    TimePoint received_at = TimePoint::max();  ///< Event time comes no further.

    // Of a stream that is read beside others: what its own rows have left behind is late, however
    // far the others are.
    bool is_side_by_side = false;
    TimePoint late_before = TimePoint::min();
    TimePoint next_late = TimePoint::min();  ///< A row from here on moves `late_before`.

    std::uint64_t number_of(std::size_t row) const {
      return batch.first_row + (batch.row_numbers.empty() ? row : batch.row_numbers[row]);
    }
  };

  /// The interval the last row fell into: the next one usually does too.
  struct Current {
    IntervalIndex index = 0;
    TimePoint start{};
    TimePoint end{};
    OpenInterval* interval = nullptr;  ///< Once a row is folded into it.
  };

  bool fits(const RowBatch& batch) const;
  Taking begin(const RowBatch& batch);
  void advance_clock(std::optional<TimePoint> now);
  void refuse_all(const RowBatch& batch);
  Result<void> take_all(Taking& taking, const OnClosed& on_closed);
  void leave_behind(Taking& taking, TimePoint newest) const;
  Result<void> take_row(Taking& taking, std::size_t row, const OnClosed& on_closed);
  void take_refused(Taking& taking, std::uint64_t until);
  bool enter(TimePoint time);
  bool may_wait(IntervalIndex index) const;
  OpenInterval& open_current(const Taking& taking);
  void fold(const Taking& taking, std::size_t row, LeafIndex leaf);
  void take_late(const Taking& taking, std::size_t row);
  void refuse(const Taking& taking, std::size_t row, RowFault fault);

  std::string max_series_told() const {
    return "the limit of " + std::to_string(spec_.max_series) + " series; raise max_series";
  }
  IntervalIndex last_ended_at(TimePoint time) const {
    return grid_.index_of(time - spec_.offset) - 1;
  }
  Result<void> close_through(IntervalIndex last, const OnClosed& on_closed);
  Result<void> emit(IntervalIndex index, const OnClosed& on_closed);
  std::size_t settle(const OpenInterval* interval);
  std::size_t cells_in(const OpenInterval& interval) const {
    return interval.leaf_count() * layout_.places.size();
  }
  void forget_cells(IntervalIndex index, const OpenInterval& interval);
  /// Whether the clock has passed its end: then it may be closed to make room.
  bool is_over(IntervalIndex index) const { return index < clock_interval_; }

  DetectorSpec spec_;
  IntervalGrid grid_;
  MeasureLayout layout_;
  RollupPlan plan_;
  LeafRegistry leaves_;
  FrameBuilder frames_;
  LateRows late_;
  StreamLedger ledger_;
  std::size_t open_cell_limit_;
  std::string limit_ = max_series_told();  ///< What a refused series would have passed.

  std::map<IntervalIndex, OpenInterval> open_;
  std::size_t open_cells_ = 0;
  std::size_t cells_ahead_ = 0;  ///< Of these, in intervals that begin after `clock_interval_`.
  /// The one that rows were last received in. Without a clock every interval is over.
  IntervalIndex clock_interval_ = no_clock;
  Current current_;
  std::optional<IntervalIndex> last_emitted_;
  std::optional<IntervalIndex> closed_through_;  ///< Rows up to here are late.
  TimePoint next_trigger_ = TimePoint::min();    ///< A row from here on closes something.
  TimePoint newest_row_ = TimePoint::min();

  // Since the last interval's close.
  RejectedRows rejected_;
  std::uint64_t filtered_ = 0;

  std::string import_failure_;  ///< Of the interval about to be closed.
};

}  // namespace bellwether::ingest
