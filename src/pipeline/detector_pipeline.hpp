#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "bellwether/alert/alert_router.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/explain/grouper.hpp"
#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/store/group_archive.hpp"
#include "bellwether/store/interval_log.hpp"

#include "checkpoint_plan.hpp"
#include "commit_target.hpp"
#include "history_window.hpp"
#include "memory_budget.hpp"
#include "stored_history.hpp"

namespace bellwether::pipeline {

/// What a pipeline is made with; all of it outlives the pipeline.
struct PipelineContext {
  WorkerPool& pool;
  CommitTarget& target;
  const Clock& wall_clock;  ///< Says when deliveries are created.

  /// What the history window may take; beyond, refits read the store.
  std::size_t history_bytes = 128ULL << 20U;
  /// What a restart reads back into the window, in values: a tenth of a second. Refits of larger
  /// detectors read the store from then on.
  std::size_t most_values_read_back = std::size_t{4} << 20U;

  const store::IntervalLog* intervals = nullptr;  ///< None in a backtest, which needs no store.
  const store::GroupArchive* groups = nullptr;    ///< Where people's feedback waits, if it counts.
  MemoryBudget* memory = nullptr;                 ///< Shared with other detectors; none: no bound.
};

/// Takes one detector's closed intervals from values to durable consequences.
///
/// Everything between frame and commit is a function of (state, frame): a replay of the same
/// intervals gives the same groups, ids and severities.
///
/// Threads  one caller.
class DetectorPipeline {
 public:
  DetectorPipeline(const DetectorSpec& spec, const IntervalGrid& grid,
                   const PipelineContext& context);
  DetectorPipeline(const DetectorPipeline&) = delete;
  DetectorPipeline& operator=(const DetectorPipeline&) = delete;

  /// Puts everything back as of the last commit: models from their checkpoints, brought forward by
  /// the frames committed since. For a new pipeline only.
  Result<void> restore(const store::IntervalLog& intervals);

  /// Refits and saves what fell due with the last commit, if it was restored before that was done.
  /// Nothing but the next interval waits for it; `process` does it where nobody has.
  Result<void> catch_up();

  /// In force from the next interval on.
  void set_rules(alert::AlertRules rules);

  /// Scores, groups, routes and commits; then, when deliveries are on their way already, refits
  /// models and saves them. After a failure the pipeline is of no more use: make a new one and
  /// restore it.
  ///
  /// Notes in the interval how the source was. `is_live` is false while old rows are loaded: their
  /// commits need not wait for the disk.
  Result<void> process(ingest::ClosedInterval& interval, bool is_live);

  /// The dictionary that the aggregator of this detector grows.
  Dictionary& dictionary() { return dictionary_; }
  const DetectorSpec& spec() const { return spec_; }
  const IntervalGrid& grid() const { return grid_; }
  std::optional<IntervalIndex> last_interval() const { return last_interval_; }
  /// The oldest that was kept when it was restored.
  std::optional<IntervalIndex> first_interval() const { return first_interval_; }
  /// When the last interval was committed.
  std::chrono::steady_clock::time_point committed_at() const { return committed_at_; }
  const SourcePosition& position() const { return position_; }
  std::uint64_t interval_count() const { return interval_count_; }
  std::size_t series_count() const { return committed_extent_.series; }

  /// How many series there may be until the next interval, as far as memory goes.
  std::size_t most_series() const;

  /// About what it holds in memory, its aggregator included.
  std::size_t held_bytes() const { return fixed_bytes_ + window_.bytes(); }

 private:
  void remember(const Frame& frame);
  const detect::History& history() const;
  Result<void> finish(const Frame& frame);
  Result<IntervalIndex> restore_blocks(const store::IntervalLog& intervals);
  Result<void> replay_frames(const store::IntervalLog& intervals,
                             const store::DetectorProgress& progress, IntervalIndex stamp);
  Result<void> read_gaps(const store::IntervalLog& intervals);
  std::vector<store::BlockCheckpoint> new_checkpoints(IntervalIndex interval);
  Result<void> save_blocks(IntervalIndex interval);
  void account_memory();
  Result<std::vector<store::TaughtFeedback>> take_feedback(const Frame& frame);

  DetectorSpec spec_;
  IntervalGrid grid_;
  PipelineContext context_;
  Dictionary dictionary_;
  Dictionary::Size committed_extent_;
  detect::Engine engine_;
  explain::Grouper grouper_;
  alert::AlertRouter router_;
  HistoryWindow window_;
  std::optional<StoredHistory> stored_history_;
  std::optional<Frame> unfinished_;  ///< The last frame, until `catch_up`.
  std::optional<IntervalIndex> last_interval_;
  std::optional<IntervalIndex> first_interval_;
  SourcePosition position_;
  std::uint64_t interval_count_ = 0;
  std::chrono::steady_clock::time_point committed_at_;
  std::size_t fixed_bytes_ = 0;  ///< Held whatever happens, as of the last interval.
  CheckpointPlan checkpoint_plan_;
  std::size_t checkpointed_blocks_ = 0;  ///< That have a record in the store.
};

}  // namespace bellwether::pipeline
