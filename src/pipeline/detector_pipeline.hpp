#pragma once

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

#include "commit_target.hpp"
#include "history_window.hpp"
#include "stored_history.hpp"

namespace bellwether::pipeline {

/// What a pipeline is made with; all of it outlives the pipeline.
struct PipelineContext {
  WorkerPool& pool;
  CommitTarget& target;
  const Clock& wall_clock;  ///< Says when deliveries are created.
  std::size_t history_bytes = 512ULL << 20U;
  const store::IntervalLog* intervals =
      nullptr;                                  ///< Where history is read once memory is too small.
  const store::GroupArchive* groups = nullptr;  ///< Where people's feedback waits, if it counts.
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

  /// Alerts and silences in force from the next interval on.
  void set_rules(std::vector<AlertSpec> alerts, std::vector<Silence> silences);

  /// Scores, groups, routes and commits. After a failure the pipeline is of no more use: make a new
  /// one and restore it.
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
  const SourcePosition& position() const { return position_; }
  std::uint64_t interval_count() const { return interval_count_; }
  std::size_t series_count() const { return committed_extent_.series; }

 private:
  void remember(const Frame& frame);
  const detect::History& history() const;
  Result<void> replay_frames(const store::IntervalLog& intervals, IntervalIndex stamp);
  std::vector<store::BlockCheckpoint> due_checkpoints(IntervalIndex interval);
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
  std::optional<IntervalIndex> last_interval_;
  std::optional<IntervalIndex> first_interval_;
  SourcePosition position_;
  std::uint64_t interval_count_ = 0;
  std::size_t checkpointed_blocks_ = 0;
};

}  // namespace bellwether::pipeline
