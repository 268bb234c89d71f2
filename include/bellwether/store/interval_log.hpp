#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/amendment.hpp"
#include "bellwether/domain/anomaly_group.hpp"
#include "bellwether/domain/delivery.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/lesson.hpp"
#include "bellwether/domain/quality.hpp"
#include "bellwether/domain/routing_decision.hpp"
#include "bellwether/domain/row_batch.hpp"
#include "bellwether/domain/scored_frame.hpp"
#include "bellwether/store/group_archive.hpp"

namespace bellwether::store {

class Database;

/// A block of series' model state and the interval it stands at; no bytes for a block that had
/// learnt nothing by then.
struct BlockCheckpoint {
  std::size_t block = 0;
  IntervalIndex interval = 0;
  std::string bytes;

  bool operator==(const BlockCheckpoint&) const = default;
};

/// Feedback that takes effect with an interval, and what the models were taught of it.
struct TaughtFeedback {
  PendingFeedback pending;
  Lesson lesson;
  FeedbackEffect effect;
};

/// What one interval leaves behind, kept all at once or not at all.
struct IntervalCommit {
  std::string_view detector;
  const Frame& frame;
  const ScoredFrame& scored;
  const IntervalQuality& quality;
  const SourcePosition& position;
  const Dictionary& dictionary;
  const Dictionary::Size& dictionary_before;  ///< What the dictionary held at the commit before.
  std::span<const AnomalyGroup> groups;       ///< Those that changed.
  std::span<const Notification> notifications;
  TimePoint now{};  ///< When the deliveries are created and first due.
  std::string_view grouper_state;
  std::string_view router_state;
  std::span<const BlockCheckpoint> checkpoints;
  std::span<const TaughtFeedback> feedback;

  /// False while old rows are loaded from a source that still has them: the loss of power may then
  /// take the newest intervals away again, whole and from the end, and they are made again from
  /// their rows.
  bool is_synced = true;

  /// What late rows brought to earlier intervals, ascending; at most one for each.
  std::span<const Amendment> amendments = {};

  /// Of groups that are held back.
  std::span<const RoutingDecision> decisions = {};
};

/// Where a detector stands in the store.
struct DetectorProgress {
  std::optional<IntervalIndex> last_interval;
  std::optional<IntervalIndex> first_interval;  ///< Oldest still kept.
  std::uint64_t intervals = 0;
  SourcePosition position;
  std::string grouper_state;
  std::string router_state;
};

/// One series over time, column by column; NaN where there is nothing.
struct Points {
  std::vector<IntervalIndex> intervals;
  std::vector<TimePoint> starts;
  std::vector<double> values;      ///< With what late rows brought.
  std::vector<double> row_counts;  ///< For `avg`: how many rows each was scored with; else 0.
  std::vector<float> expected;
  std::vector<float> lower;
  std::vector<float> upper;
  std::vector<float> severity;
  /// 0: the value is what was scored. Else the interval's revision with which it last changed.
  std::vector<std::uint64_t> revisions;

  /// Adds an interval with nothing in it.
  void add(IntervalIndex interval, TimePoint start);
  void append(const Points& more);
};

/// The committed intervals of all detectors: frames with their scores, dictionaries, positions,
/// quality and model checkpoints (docs/formats/frames.md, store.md).
///
/// Threads  one writer per detector; readers any.
class IntervalLog {
 public:
  explicit IntervalLog(Database& database);

  /// Durable when it returns, unless `is_synced` says otherwise.
  ///
  /// Errors   already_exists: the interval is not beyond the last one; invalid_input: frame and
  /// scores do not fit each other; internal: `dictionary_before` is not what the last commit left.
  /// Nothing was written then.
  Result<void> commit(const IntervalCommit& interval);

  Result<DetectorProgress> progress(std::string_view detector) const;

  /// Fills an empty dictionary with everything committed.
  Result<void> load_dictionary(std::string_view detector, Dictionary& dictionary) const;

  Result<std::vector<BlockCheckpoint>> checkpoints(std::string_view detector) const;

  /// Those of blocks with from <= block < to one by one, for detectors whose models should not be
  /// in memory twice.
  Result<void> read_checkpoints(std::string_view detector, std::size_t from, std::size_t to,
                                const std::function<Result<void>(BlockCheckpoint)>& visit) const;

  /// Puts checkpoints of committed intervals in the place of older ones. The loss of power may take
  /// the newest away again; the older ones are then back.
  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const BlockCheckpoint> checkpoints);

  /// Frames with from <= interval < to, ascending, `values` and `row_counts` alone: as they were
  /// scored, without what late rows brought since, so that a replay learns what was learnt.
  Result<void> read_frames(std::string_view detector, IntervalIndex from, IntervalIndex to,
                           const std::function<Result<void>(const Frame&)>& visit) const;

  /// What the models were taught with intervals >= from, in that order.
  Result<std::vector<Lesson>> read_lessons(std::string_view detector, IntervalIndex from) const;

  /// A rectangle of one measure as floats: `series_count` rows of `to - from` columns, NaN for
  /// gaps. As they were scored, too.
  Result<void> read_values(std::string_view detector, MeasureIndex measure,
                           SeriesIndex first_series, std::size_t series_count, IntervalIndex from,
                           IntervalIndex to, std::span<float> values) const;

  Result<Points> read_points(std::string_view detector, MeasureIndex measure, SeriesIndex series,
                             IntervalIndex from, IntervalIndex to) const;

  /// Newest first, at most `limit`, only intervals below `before`.
  Result<std::vector<IntervalQuality>> read_quality(std::string_view detector, IntervalIndex before,
                                                    std::size_t limit) const;

  /// Turns some of a detector's older frames into chunks, which take a tenth of the room and let
  /// one series be read over long times; frames, values and row counts stay as they were, and
  /// scores nearly so (docs/formats/chunks.md). A small step each time, alone or beside anything
  /// else. Gives false when there is nothing to do.
  Result<bool> make_chunks(std::string_view detector);

  /// Gives the disk back what has become chunks, was dropped for its age or with its detector; left
  /// alone it lies there for an uncertain time. Takes as long as reading it, beside anything else,
  /// and ends early once told to stop. Gives false when there is nothing much to give back.
  Result<bool> reclaim_room(const std::stop_token& stop);

  /// The detectors that have frames.
  Result<std::vector<std::string>> detectors() const;

  /// Forgets frames and quality older than `first_kept`: at once for readers; chunks are on disk
  /// until all of their 512 intervals are. Groups and deliveries stay.
  Result<void> drop_before(std::string_view detector, IntervalIndex first_kept);

  /// Forgets everything about a detector: frames, groups, dictionary, checkpoints, inbox. The
  /// ledger of deliveries stays.
  Result<void> drop_detector(std::string_view detector);

 private:
  Database& database_;
};

}  // namespace bellwether::store
