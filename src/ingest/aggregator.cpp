#include "bellwether/ingest/aggregator.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "fair_samples.hpp"
#include "frame_builder.hpp"
#include "leaf_registry.hpp"
#include "measure_layout.hpp"
#include "open_interval.hpp"
#include "rollup_plan.hpp"
#include "stream_ledger.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::size_t rows_fetched_ahead = 8;

}  // namespace

class Aggregator::State {
 public:
  State(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
        std::optional<IntervalIndex> last_closed, const SourcePosition& position,
        std::size_t open_cell_limit);

  Result<void> add(const RowBatch& batch, const OnClosed& on_closed);
  Result<void> close_historical(const OnClosed& on_closed);
  Result<void> close_until(TimePoint now, const OnClosed& on_closed);
  void discard(TimePoint start);
  Result<void> close_import(const Intake& intake, const OnClosed& on_closed);
  Result<void> close_all(const OnClosed& on_closed);
  std::optional<TimePoint> next_close() const;
  void limit_series(std::size_t most, std::string what) {
    leaves_.limit_series(std::min(most, spec_.max_series));
    limit_ = most < spec_.max_series ? std::move(what) : max_series_told();
  }
  std::size_t open_cells() const { return open_cells_; }
  bool is_caught_up() const { return ledger_.is_caught_up(); }
  const RejectedRows& rejected() const { return rejected_; }

 private:
  /// The batch being taken, and how far.
  struct Taking {
    const RowBatch& batch;
    StreamLedger::StreamIndex stream = 0;
    std::uint64_t next_row = 0;         ///< In the stream.
    std::size_t next_fault = 0;         ///< In the batch's list of refused rows.
    bool counts_faults_singly = false;  ///< The list is complete.

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
  void refuse_all(const RowBatch& batch);
  Result<void> take_row(Taking& taking, std::size_t row, const OnClosed& on_closed);
  void take_refused(Taking& taking, std::uint64_t until);
  bool enter(TimePoint time);
  OpenInterval& open_current(const Taking& taking);
  void fold(const Taking& taking, std::size_t row, LeafIndex leaf);
  void refuse(const Taking& taking, std::size_t row, RowFault fault);

  std::string max_series_told() const {
    return "the limit of " + std::to_string(spec_.max_series) + " series; raise max_series";
  }
  IntervalIndex last_ended_at(TimePoint time) const {
    return grid_.index_of(time - spec_.offset) - 1;
  }
  Result<void> close_through(IntervalIndex last, const OnClosed& on_closed);
  Result<void> emit(IntervalIndex index, const OnClosed& on_closed);

  DetectorSpec spec_;
  IntervalGrid grid_;
  MeasureLayout layout_;
  RollupPlan plan_;
  LeafRegistry leaves_;
  FrameBuilder frames_;
  StreamLedger ledger_;
  std::size_t open_cell_limit_;
  std::string limit_ = max_series_told();  ///< What a refused series would have passed.

  std::map<IntervalIndex, OpenInterval> open_;
  std::size_t open_cells_ = 0;
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

Aggregator::State::State(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
                         std::optional<IntervalIndex> last_closed, const SourcePosition& position,
                         std::size_t open_cell_limit)
    : spec_(spec),
      grid_(std::move(grid)),
      layout_(spec.measures),
      plan_(make_rollup_plan(spec)),
      leaves_(spec_, plan_, dictionary),
      frames_(spec_, plan_, dictionary),
      ledger_(position),
      open_cell_limit_(open_cell_limit),
      last_emitted_(last_closed),
      closed_through_(last_closed) {
  if (last_closed) next_trigger_ = grid_.end_of(*last_closed + 1) + spec_.offset;
}

Result<void> Aggregator::State::add(const RowBatch& batch, const OnClosed& on_closed) {
  if (!fits(batch)) {
    refuse_all(batch);
    return ok();
  }
  leaves_.attach(batch);
  Taking taking{.batch = batch, .stream = ledger_.begin(batch), .next_row = batch.first_row};
  const std::uint64_t refused = batch.end_row - batch.first_row - batch.row_count();
  taking.counts_faults_singly = batch.rejected_faults.size() == refused;
  current_ = {};
  for (std::size_t row = 0; row < batch.row_count(); ++row)
    if (auto taken = take_row(taking, row, on_closed); !taken) return taken;
  take_refused(taking, batch.end_row);
  if (!taking.counts_faults_singly && batch.end_row > batch.first_row &&
      !ledger_.was_seen(taking.stream, batch.end_row - 1))
    add_fairly(rejected_, batch.rejected);
  ledger_.end(taking.stream, batch);
  return ok();
}

bool Aggregator::State::fits(const RowBatch& batch) const {
  return batch.row_count() == 0 || (batch.dimensions.size() == spec_.dimensions.size() &&
                                    batch.measures.size() == spec_.measures.size());
}

/// Rows that were kept before the detector's columns changed: which column is which is not known
/// any more.
void Aggregator::State::refuse_all(const RowBatch& batch) {
  const auto message = "kept for " + std::to_string(batch.dimensions.size()) + " dimensions and " +
                       std::to_string(batch.measures.size()) +
                       (batch.measures.size() == 1 ? " measure" : " measures") +
                       "; the detector has " + std::to_string(spec_.dimensions.size()) + " and " +
                       std::to_string(spec_.measures.size()) + " now: send the row again";
  const auto stream = ledger_.begin(batch);
  for (std::uint64_t number = batch.first_row; number < batch.end_row; ++number)
    if (!ledger_.was_seen(stream, number))
      add_fairly(rejected_, RowFault::unreadable, number + 1, message);
  ledger_.end(stream, batch);
}

Result<void> Aggregator::State::take_row(Taking& taking, std::size_t row,
                                         const OnClosed& on_closed) {
  const std::uint64_t number = taking.number_of(row);
  const TimePoint time = taking.batch.timestamps[row];
  if (number != taking.next_row) take_refused(taking, number);
  taking.next_row = number + 1;
  newest_row_ = std::max(newest_row_, time);
  if (time >= next_trigger_ && !taking.batch.is_historical) {
    ledger_.advance(taking.stream, number);
    if (ledger_.is_caught_up())
      if (auto closed = close_through(last_ended_at(time), on_closed); !closed) return closed;
  }
  if (!leaves_.keeps(row)) {
    if (!ledger_.was_seen(taking.stream, number)) ++filtered_;
    return ok();
  }
  if ((time < current_.start || time >= current_.end) && !enter(time)) {
    refuse(taking, row, RowFault::late);
    return ok();
  }
  auto leaf = leaves_.find(row);
  if (!leaf) leaf = leaves_.admit(row);
  if (!leaf) {
    refuse(taking, row, RowFault::over_series_limit);
    return ok();
  }
  fold(taking, row, *leaf);
  if (open_cells_ <= open_cell_limit_ || open_.size() < 2) return ok();
  ledger_.advance(taking.stream, number + 1);
  return close_through(open_.begin()->first, on_closed);
}

/// Makes the interval of `time` the current one; false when it has been closed.
bool Aggregator::State::enter(TimePoint time) {
  const IntervalIndex index = grid_.index_of(time);
  if (closed_through_ && index <= *closed_through_) return false;
  current_ = {.index = index, .start = grid_.start_of(index), .end = grid_.end_of(index)};
  return true;
}

/// Counts the refused rows of the batch below `until`, each once however often it is met.
void Aggregator::State::take_refused(Taking& taking, std::uint64_t until) {
  const RejectedRows& rejected = taking.batch.rejected;
  for (; taking.next_row < until; ++taking.next_row) {
    if (!taking.counts_faults_singly) continue;
    const std::size_t fault = taking.next_fault++;
    if (ledger_.was_seen(taking.stream, taking.next_row)) continue;
    if (fault < rejected.samples.size()) {
      const RejectedSample& sample = rejected.samples[fault];
      add_fairly(rejected_, sample.fault, sample.row, sample.message);
    } else {
      ++rejected_.counts[static_cast<std::size_t>(taking.batch.rejected_faults[fault])];
    }
  }
}

/// The current interval, held by the stream at hand.
OpenInterval& Aggregator::State::open_current(const Taking& taking) {
  if (current_.interval == nullptr)
    current_.interval = &open_.try_emplace(current_.index, layout_.width).first->second;
  auto& holds = current_.interval->holds;
  const bool is_held = std::ranges::any_of(
      holds, [&](const StreamLedger::Hold& hold) { return hold.stream == taking.stream; });
  if (!is_held) holds.push_back(ledger_.hold(taking.stream));
  return *current_.interval;
}

void Aggregator::State::fold(const Taking& taking, std::size_t row, LeafIndex leaf) {
  OpenInterval& interval = open_current(taking);
  if (const auto later = leaves_.glance(row + rows_fetched_ahead)) interval.prefetch(*later);
  const std::size_t leaves_before = interval.leaf_count();
  double* const cells = interval.cells_of(leaf);
  if (interval.leaf_count() != leaves_before) open_cells_ += layout_.places.size();
  ++interval.rows;
  for (std::size_t i = 0; i < layout_.places.size(); ++i) {
    const double value = taking.batch.measures[i][row];
    const auto [aggregate, offset] = layout_.places[i];
    if (std::isnan(value)) {
      ++interval.missing_values;
    } else if (aggregate == Aggregate::count) {
      combine(aggregate, cells[offset], 1.0);
    } else {
      combine(aggregate, cells[offset], value);
      if (aggregate == Aggregate::avg) combine(aggregate, cells[offset + 1], 1.0);
    }
  }
}

void Aggregator::State::refuse(const Taking& taking, std::size_t row, RowFault fault) {
  const std::uint64_t number = taking.number_of(row);
  if (ledger_.was_seen(taking.stream, number)) return;
  if (!wants_sample(rejected_, fault)) {
    ++rejected_.counts[static_cast<std::size_t>(fault)];
    return;
  }
  std::string message;
  if (fault == RowFault::late) {
    message = to_rfc3339(taking.batch.timestamps[row]) + " is late: its interval had been closed";
  } else {
    message = "new series";
    for (std::size_t i = 0; i < spec_.dimensions.size(); ++i) {
      const DimensionColumn& column = taking.batch.dimensions[i];
      message +=
          (i == 0 ? " " : ", ") + spec_.dimensions[i] + "=" + column.values[column.codes[row]];
    }
    message += " would pass " + limit_;
  }
  add_fairly(rejected_, fault, number + 1, std::move(message));
}

Result<void> Aggregator::State::close_historical(const OnClosed& on_closed) {
  // After a restart rows for these intervals may still come, live ones.
  if (open_.empty() || !ledger_.is_caught_up()) return ok();
  return close_through(open_.rbegin()->first - 1, on_closed);
}

Result<void> Aggregator::State::close_until(TimePoint now, const OnClosed& on_closed) {
  ledger_.stop_waiting();
  if (!last_emitted_ && open_.empty()) return ok();
  return close_through(last_ended_at(now), on_closed);
}

void Aggregator::State::discard(TimePoint start) {
  // Rows of one interval come together, so what was refused since the last close was among them.
  // Late rows were not.
  rejected_.keep_only(RowFault::late);
  filtered_ = 0;
  const auto node = open_.extract(grid_.index_of(start));
  if (!node) return;
  current_ = {};
  open_cells_ -= node.mapped().leaf_count() * layout_.places.size();
  ledger_.release(node.mapped().holds);
}

Result<void> Aggregator::State::close_import(const Intake& intake, const OnClosed& on_closed) {
  const IntervalIndex index = grid_.index_of(intake.interval);
  if (!intake.failure.empty()) discard(intake.interval);
  // What went wrong is shown even where no row was ever counted.
  const bool went_wrong = !intake.failure.empty() || rejected_.total() > 0;
  if (went_wrong && !last_emitted_ && open_.empty()) last_emitted_ = index - 1;
  ledger_.end(ledger_.begin(intake.batch), intake.batch);
  ledger_.stop_waiting();
  import_failure_ = intake.failure;
  return close_through(index, on_closed);
}

Result<void> Aggregator::State::close_all(const OnClosed& on_closed) {
  if (newest_row_ == TimePoint::min() || (!last_emitted_ && open_.empty())) return ok();
  // Its rows may all have been refused; the interval is there to say so.
  return close_through(grid_.index_of(newest_row_), on_closed);
}

/// Closes every interval up to `last` in order, empty ones from the first known on included.
Result<void> Aggregator::State::close_through(IntervalIndex last, const OnClosed& on_closed) {
  if (closed_through_ && last <= *closed_through_) return ok();
  closed_through_ = last;
  next_trigger_ = grid_.end_of(last + 1) + spec_.offset;
  current_ = {};
  while (last_emitted_ || !open_.empty()) {
    const IntervalIndex next_open = open_.empty() ? last + 1 : open_.begin()->first;
    const IntervalIndex next = last_emitted_ ? *last_emitted_ + 1 : next_open;
    if (next > last) break;
    const IntervalIndex hole_end = std::min(next_open, last + 1);
    if (hole_end - next > max_empty_frames) {
      last_emitted_ = hole_end - 1;
    } else if (auto emitted = emit(next, on_closed); !emitted) {
      return emitted;
    }
  }
  return ok();
}

Result<void> Aggregator::State::emit(IntervalIndex index, const OnClosed& on_closed) {
  auto node = open_.extract(index);
  const OpenInterval* const interval = node ? &node.mapped() : nullptr;
  ClosedInterval closed;
  closed.quality.interval = index;
  closed.quality.start = grid_.start_of(index);
  if (interval != nullptr) {
    open_cells_ -= interval->leaf_count() * layout_.places.size();
    ledger_.release(interval->holds);
    closed.quality.rows = interval->rows;
    closed.quality.missing_values = interval->missing_values;
    closed.quality.series_new = leaves_.settle(interval->leaves());
    frames_.notice_new_series();
  }
  closed.frame = frames_.begin(index, closed.quality.start);
  if (interval != nullptr) {
    const auto leaves = interval->leaves();
    for (std::size_t i = 0; i < leaves.size(); ++i)
      frames_.put(closed.frame, leaves_.series(leaves[i]), interval->cells_at(i));
  }
  frames_.finish(closed.frame, closed.quality);
  closed.quality.filtered = std::exchange(filtered_, 0);
  closed.quality.rejected = std::exchange(rejected_, {});
  if (index == closed_through_) closed.quality.import_failure = std::exchange(import_failure_, {});
  closed.position = ledger_.position();
  last_emitted_ = index;
  return on_closed(std::move(closed));
}

std::optional<TimePoint> Aggregator::State::next_close() const {
  if (!last_emitted_ && open_.empty()) return std::nullopt;
  const IntervalIndex next = last_emitted_ ? *last_emitted_ + 1 : open_.begin()->first;
  return grid_.end_of(closed_through_ ? std::max(next, *closed_through_ + 1) : next) + spec_.offset;
}

Aggregator::Aggregator(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
                       std::optional<IntervalIndex> last_closed, const SourcePosition& position,
                       std::size_t open_cell_limit)
    : state_(std::make_unique<State>(spec, std::move(grid), dictionary, last_closed, position,
                                     open_cell_limit)) {}

Aggregator::~Aggregator() = default;

Result<void> Aggregator::add(const RowBatch& batch, const OnClosed& on_closed) {
  return state_->add(batch, on_closed);
}
Result<void> Aggregator::close_historical(const OnClosed& on_closed) {
  return state_->close_historical(on_closed);
}
Result<void> Aggregator::close_until(TimePoint now, const OnClosed& on_closed) {
  return state_->close_until(now, on_closed);
}
void Aggregator::discard(TimePoint start) { state_->discard(start); }
Result<void> Aggregator::close_import(const Intake& intake, const OnClosed& on_closed) {
  return state_->close_import(intake, on_closed);
}
Result<void> Aggregator::close_all(const OnClosed& on_closed) {
  return state_->close_all(on_closed);
}
void Aggregator::limit_series(std::size_t most, std::string what) {
  state_->limit_series(most, std::move(what));
}
std::optional<TimePoint> Aggregator::next_close() const { return state_->next_close(); }
std::size_t Aggregator::open_cells() const { return state_->open_cells(); }
bool Aggregator::is_caught_up() const { return state_->is_caught_up(); }
const RejectedRows& Aggregator::rejected_since_close() const { return state_->rejected(); }

}  // namespace bellwether::ingest
