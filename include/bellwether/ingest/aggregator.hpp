#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/amendment.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/ingest/source.hpp"

namespace bellwether::ingest {

/// A closed interval: its values, what its data looked like, and how far the source has been taken.
struct ClosedInterval {
  Frame frame;
  IntervalQuality quality;
  std::vector<Amendment> amendments;  ///< What late rows brought to earlier ones since the last.
  SourcePosition position;            ///< To be committed with the frame.
};

/// Folds rows into open intervals and releases a frame when an interval is over: when a row shows
/// that event time has passed its end by `offset`, or when the caller says that the clock has.
/// A row moves event time no further than the clock was when it was received: one whose clock is
/// fast waits in its interval and makes nothing late for others.
///
/// The same rows in the same order give the same frames however they were cut into batches.
/// Roll-ups are computed once per frame from the leaves. New combinations get their place in the
/// dictionary at the interval's close, sorted by their text, so that places do not depend on the
/// order of rows. `max_series` bounds all combinations, roll-ups included; a row whose leaf would
/// pass it is refused whole.
///
/// Rows for closed intervals are late. Those of intervals that ended less than `late_window` before
/// the end of the newest one closed are kept: the next interval that closes brings them as
/// amendments of theirs, whose frames stay as they were. Others are refused.
///
/// A row met again (below its stream's `seen_rows`) is taken when its interval is still open, and
/// otherwise passed over without being counted as late. Until every stream has been read as far as
/// it had been, rows close nothing.
///
/// Units    an `avg` roll-up is the mean of all its rows; a sum that overflows is no value.
/// Order    frames ascend without gaps from the first; an interval without rows is an empty frame,
///          but a hole of more than `max_empty_frames` is left out. Amendments ascend.
/// Errors   those of `on_closed`; the aggregator is then done with: begin anew from the last
///          position committed.
/// Threads  one caller.
/// Cost     about 0.1 us per row; roll-ups O(combinations) per frame. At most `max_open_cells`
///          (about 1 GB) are held open: beyond, the oldest interval is closed if the clock has
///          passed its end, historical or not, and its further rows are late. A quarter as many
///          are held of late rows, and a quarter of intervals that have not begun; beyond, such
///          rows are refused. One interval that is not over may pass the bound, by `max_series`.
class Aggregator {
 public:
  static constexpr IntervalIndex max_empty_frames = 10'000;

  /// A cell is one measure of one leaf in one open interval.
  static constexpr std::size_t max_open_cells = std::size_t{1} << 25U;

  /// `dictionary` outlives it. `last_closed` and `position` are where an earlier run stopped.
  Aggregator(const DetectorSpec& spec, IntervalGrid grid, Dictionary& dictionary,
             std::optional<IntervalIndex> last_closed, const SourcePosition& position,
             std::size_t open_cell_limit = max_open_cells);
  ~Aggregator();
  Aggregator(const Aggregator&) = delete;
  Aggregator& operator=(const Aggregator&) = delete;

  /// An earlier run's frames before `first` are not kept: late rows cannot amend them.
  void set_first_interval(IntervalIndex first);

  using OnClosed = std::function<Result<void>(ClosedInterval&&)>;

  /// Takes the rows of `batch` in order, calling `on_closed` whenever an interval ends between two
  /// of them. Historical rows close nothing: `close_historical` does. Stops at the first failure of
  /// `on_closed`.
  Result<void> add(const RowBatch& batch, const OnClosed& on_closed);

  /// The same for what a source handed out. With `event_time` no row closes anything, but after the
  /// batch the watermark does; and a row is late when its own stream had passed its interval's end
  /// by `offset`, however far the others are: so frames do not depend on how streams interleave.
  Result<void> add(const Intake& intake, const OnClosed& on_closed);

  /// Closes every interval that the intake's watermark has passed by `offset`.
  Result<void> close_to_watermark(const Intake& intake, const OnClosed& on_closed);

  /// The bulk of old rows is complete: closes every interval but the newest, and those that the
  /// clock had not passed when the rows came.
  Result<void> close_historical(const OnClosed& on_closed);

  /// Closes every interval that had ended, with `offset`, at `now`, empty ones included. To be
  /// called only when the source has handed out all there is: rows of an earlier run that were not
  /// met again by then are taken to be gone.
  Result<void> close_until(TimePoint now, const OnClosed& on_closed);

  /// Forgets the rows of the open interval that begins at `start`, and what was refused beside
  /// them: its source hands them out anew, from the number of its first row on.
  void discard(TimePoint start);

  /// An interval was imported whole: closes it, and those before it. After a failure its rows are
  /// forgotten, and its quality says why there are none. The intake's batch holds no rows, and
  /// tells where the source stands after the interval.
  Result<void> close_import(const Intake& intake, const OnClosed& on_closed);

  /// Closes everything: the input has ended for good.
  Result<void> close_all(const OnClosed& on_closed);

  /// Admits no new series beyond `most`, also where `max_series` would; `what` ends the sentence
  /// "new series ... would pass" for people. Known ones stay. In force until it is called again.
  void limit_series(std::size_t most, std::string what);

  /// When `close_until` will have something to do, once rows have been seen.
  std::optional<TimePoint> next_close() const;

  /// Open cells, those of late rows included, as a measure of memory in use.
  std::size_t open_cells() const;

  /// Whether every stream has been read again as far as the position given at the beginning.
  bool is_caught_up() const;

  /// Rows refused since the last interval was closed, which no `ClosedInterval` has told of yet. At
  /// the end of an input without one good row they are all there is to show.
  const RejectedRows& rejected_since_close() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace bellwether::ingest
