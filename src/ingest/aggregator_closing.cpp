#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "aggregator_state.hpp"

namespace bellwether::ingest {

Result<void> Aggregator::State::close_historical(const OnClosed& on_closed) {
  // After a restart rows for these intervals may still come, live ones.
  if (open_.empty() || !ledger_.is_caught_up()) return ok();
  return close_through(std::min(open_.rbegin()->first, clock_interval_) - 1, on_closed);
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
  forget_cells(node.key(), node.mapped());
  ledger_.release(node.mapped().holds);
}

void Aggregator::State::forget_cells(IntervalIndex index, const OpenInterval& interval) {
  open_cells_ -= cells_in(interval);
  if (index > clock_interval_) cells_ahead_ -= cells_in(interval);
}

Result<void> Aggregator::State::close_import(const Intake& intake, const OnClosed& on_closed) {
  const IntervalIndex index = grid_.index_of(intake.interval);
  if (!intake.failure.empty()) discard(intake.interval);
  // What went wrong is shown even where no row was ever counted.
  const bool went_wrong = !intake.failure.empty() || rejected_.total() > 0;
  if (went_wrong && !last_emitted_ && open_.empty()) {
    last_emitted_ = index - 1;
    late_.set_first_interval(index);
  }
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
      late_.set_first_interval(hole_end);
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
    forget_cells(index, *interval);
    ledger_.release(interval->holds);
    closed.quality.rows = interval->rows;
    closed.quality.missing_values = interval->missing_values;
  }
  closed.quality.series_new = settle(interval);
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
  for (Amendment& amendment : late_.release(leaves_)) {
    closed.quality.late_merged += amendment.rows;
    closed.amendments.push_back(std::move(amendment));
  }
  closed.position = ledger_.position();
  if (!last_emitted_) late_.set_first_interval(index);
  last_emitted_ = index;
  return on_closed(std::move(closed));
}

/// Gives the new series of the interval and of late rows their places. Returns how many it gave.
std::size_t Aggregator::State::settle(const OpenInterval* interval) {
  std::size_t added = 0;
  if (late_.is_empty()) {
    if (interval != nullptr) added = leaves_.settle(interval->leaves());
  } else {
    std::vector<LeafIndex> all;
    if (interval != nullptr) all.assign(interval->leaves().begin(), interval->leaves().end());
    late_.append_leaves(all);
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    added = leaves_.settle(all);
  }
  if (added > 0) frames_.notice_new_series();
  return added;
}

std::optional<TimePoint> Aggregator::State::next_close() const {
  if (!last_emitted_ && open_.empty()) return std::nullopt;
  const IntervalIndex next = last_emitted_ ? *last_emitted_ + 1 : open_.begin()->first;
  return grid_.end_of(closed_through_ ? std::max(next, *closed_through_ + 1) : next) + spec_.offset;
}

}  // namespace bellwether::ingest
