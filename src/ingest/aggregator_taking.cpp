#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "aggregator_state.hpp"

namespace bellwether::ingest {
namespace {

/// Of the cells that may be held open, this part may be those of late rows.
constexpr std::size_t late_share = 4;

/// And this part those of intervals that have not begun. Intervals that are not over cannot be
/// closed to make room, so feeds whose clocks are fast must leave most of it to the others.
constexpr std::size_t ahead_share = 4;

constexpr std::size_t rows_fetched_ahead = 8;

}  // namespace

Aggregator::State::State(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
                         std::optional<IntervalIndex> last_closed, const SourcePosition& position,
                         std::size_t open_cell_limit)
    : spec_(spec),
      grid_(std::move(grid)),
      layout_(spec.measures),
      plan_(make_rollup_plan(spec)),
      leaves_(spec_, plan_, dictionary),
      frames_(spec_, plan_, dictionary),
      late_(spec_, grid_, plan_, dictionary, open_cell_limit / late_share),
      ledger_(position),
      open_cell_limit_(open_cell_limit),
      last_emitted_(last_closed),
      closed_through_(last_closed) {
  if (!last_closed) return;
  next_trigger_ = grid_.end_of(*last_closed + 1) + spec_.offset;
  late_.set_first_interval(std::numeric_limits<IntervalIndex>::min());
}

Result<void> Aggregator::State::add(const RowBatch& batch, const OnClosed& on_closed) {
  if (!fits(batch)) {
    refuse_all(batch);
    return ok();
  }
  Taking taking = begin(batch);
  return take_all(taking, on_closed);
}

Result<void> Aggregator::State::add(const Intake& intake, const OnClosed& on_closed) {
  const RowBatch& batch = intake.batch;
  if (!intake.event_time || !fits(batch)) return add(batch, on_closed);
  Taking taking = begin(batch);
  taking.is_side_by_side = true;
  if (intake.event_time->stream_newest) leave_behind(taking, *intake.event_time->stream_newest);
  if (auto taken = take_all(taking, on_closed); !taken) return taken;
  while (open_cells_ > open_cell_limit_ && open_.size() > 1 && is_over(open_.begin()->first))
    if (auto closed = close_through(open_.begin()->first, on_closed); !closed) return closed;
  return close_to_watermark(intake, on_closed);
}

Result<void> Aggregator::State::close_to_watermark(const Intake& intake,
                                                   const OnClosed& on_closed) {
  if (!intake.event_time || !intake.event_time->watermark) return ok();
  return close_through(last_ended_at(*intake.event_time->watermark), on_closed);
}

Aggregator::State::Taking Aggregator::State::begin(const RowBatch& batch) {
  leaves_.attach(batch);
  advance_clock(batch.received_at);
  return {.batch = batch,
          .stream = ledger_.begin(batch),
          .next_row = batch.first_row,
          .received_at = batch.received_at.value_or(TimePoint::max())};
}

/// Intervals that have begun by `now` are not ahead any more. The clock may have been put back:
/// what it has shown counts.
void Aggregator::State::advance_clock(std::optional<TimePoint> now) {
  const IntervalIndex index = now ? grid_.index_of(*now) : no_clock;
  if (index <= clock_interval_ && clock_interval_ != no_clock) return;
  clock_interval_ = index;
  cells_ahead_ = 0;
  for (auto ahead = open_.upper_bound(index); ahead != open_.end(); ++ahead)
    cells_ahead_ += cells_in(ahead->second);
}

Result<void> Aggregator::State::take_all(Taking& taking, const OnClosed& on_closed) {
  const RowBatch& batch = taking.batch;
  const std::uint64_t refused = batch.end_row - batch.first_row - batch.row_count();
  taking.counts_faults_singly = !taking.is_side_by_side && batch.rejected_faults.size() == refused;
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
  const TimePoint event_time = std::min(time, taking.received_at);
  if (taking.is_side_by_side) {
    if (event_time >= taking.next_late) leave_behind(taking, event_time);
  } else if (event_time >= next_trigger_ && !taking.batch.is_historical) {
    ledger_.advance(taking.stream, number);
    if (ledger_.is_caught_up())
      if (auto closed = close_through(last_ended_at(event_time), on_closed); !closed) return closed;
  }
  if (!leaves_.keeps(row)) {
    if (!ledger_.was_seen(taking.stream, number)) ++filtered_;
    return ok();
  }
  // Where late rows are kept, one that its own stream has left behind counts as long as others hold
  // its interval open; elsewhere the order of streams must make no difference.
  const bool is_left_behind = time < taking.late_before && spec_.late_window == Duration::zero();
  if (is_left_behind || ((time < current_.start || time >= current_.end) && !enter(time))) {
    take_late(taking, row);
    return ok();
  }
  if (!may_wait(current_.index)) {
    refuse(taking, row, RowFault::future_timestamp);
    return ok();
  }
  auto leaf = leaves_.find(row);
  if (!leaf) leaf = leaves_.admit(row);
  if (!leaf) {
    refuse(taking, row, RowFault::over_series_limit);
    return ok();
  }
  fold(taking, row, *leaf);
  const bool is_full = open_cells_ > open_cell_limit_ && open_.size() > 1;
  if (taking.is_side_by_side || !is_full || !is_over(open_.begin()->first)) return ok();
  ledger_.advance(taking.stream, number + 1);
  return close_through(open_.begin()->first, on_closed);
}

/// What the stream's own rows, up to `newest`, have made late of it.
void Aggregator::State::leave_behind(Taking& taking, TimePoint newest) const {
  const IntervalIndex last = last_ended_at(newest);
  taking.late_before = grid_.end_of(last);
  taking.next_late = grid_.end_of(last + 1) + spec_.offset;
}

/// Makes the interval of `time` the current one; false when it has been closed.
bool Aggregator::State::enter(TimePoint time) {
  const IntervalIndex index = grid_.index_of(time);
  if (closed_through_ && index <= *closed_through_) return false;
  current_ = {.index = index, .start = grid_.start_of(index), .end = grid_.end_of(index)};
  return true;
}

/// Whether the interval has begun, or there is room for more rows that are ahead of the clock.
bool Aggregator::State::may_wait(IntervalIndex index) const {
  return index <= clock_interval_ || cells_ahead_ < open_cell_limit_ / ahead_share;
}

/// Counts the refused rows of the batch below `until`, each once however often it is met.
void Aggregator::State::take_refused(Taking& taking, std::uint64_t until) {
  if (!taking.counts_faults_singly) taking.next_row = until;
  const RejectedRows& rejected = taking.batch.rejected;
  for (; taking.next_row < until; ++taking.next_row) {
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
  if (interval.leaf_count() != leaves_before) {
    open_cells_ += layout_.places.size();
    if (current_.index > clock_interval_) cells_ahead_ += layout_.places.size();
  }
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

/// Keeps a row of a closed interval for the amendment of it, if it is not too late for that. What
/// was met before is in an amendment already, or will be.
void Aggregator::State::take_late(const Taking& taking, std::size_t row) {
  if (ledger_.was_met(taking.stream, taking.number_of(row))) return;
  const IntervalIndex interval = grid_.index_of(taking.batch.timestamps[row]);
  if (!closed_through_ || interval > *closed_through_ ||
      !late_.are_welcome(interval, *closed_through_) || !late_.has_room())
    return refuse(taking, row, RowFault::late);
  auto leaf = leaves_.find(row);
  if (!leaf) leaf = leaves_.admit(row);
  if (!leaf) return refuse(taking, row, RowFault::over_series_limit);
  late_.fold(interval, *leaf, taking.batch, row);
}

void Aggregator::State::refuse(const Taking& taking, std::size_t row, RowFault fault) {
  const std::uint64_t number = taking.number_of(row);
  if (ledger_.was_seen(taking.stream, number)) return;
  if (!wants_sample(rejected_, fault)) {
    ++rejected_.counts[static_cast<std::size_t>(fault)];
    return;
  }
  std::string message;
  if (fault == RowFault::future_timestamp) {
    message = to_rfc3339(taking.batch.timestamps[row]) +
              " is ahead of the clock, and more such rows wait than are held";
  } else if (fault == RowFault::late) {
    message = to_rfc3339(taking.batch.timestamps[row]) + " is late: its interval had been closed";
    if (!late_.has_room()) {
      message += ", and more late rows wait than are held";
    } else if (spec_.late_window > Duration(0)) {
      message += ", longer ago than late_window (" + to_string(spec_.late_window) +
                 ") or before the first one that is kept";
    }
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

}  // namespace bellwether::ingest
