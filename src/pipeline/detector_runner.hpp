#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/alert/alert_rules.hpp"
#include "bellwether/base/bounded_queue.hpp"
#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/step_pool.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/detector_status.hpp"
#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/source.hpp"
#include "bellwether/pipeline/detector_host.hpp"
#include "bellwether/store/store.hpp"

#include "memory_budget.hpp"
#include "source_watch.hpp"
#include "start_marks.hpp"

namespace bellwether::pipeline {

class DetectorPipeline;

/// What runners are made with; all of it outlives them.
struct RunnerContext {
  store::Store& store;
  WorkerPool& pool;
  const Clock& clock;       ///< The detector's time.
  const Clock& wall_clock;  ///< Deliveries' time.
  Metrics& metrics;
  Health& health;
  ByteBudget& bytes;  ///< `server.memory`: what sources read ahead counts in it.
  AwsDefaults aws;
  MemoryBudget& memory;
  StepPool& pipelines;  ///< For steps that wait for nothing but the store and the processor.
  StepPool& sources;    ///< For calls that may wait for somebody else's server or disk.
  StartMarks& starts;
  const OpenSource& open_source;
};

enum class RunKind { continuous, backtest };

/// Runs one detector, in steps on threads that all detectors share: one task drives the source, one
/// takes rows to commits, and a bounded queue is between them. Neither needs a thread while it has
/// nothing to do (docs/decisions/0029-detectors-in-steps.md).
///
/// A failure that may pass ends the runner as `failed_for_now`: the host makes a new one, which
/// takes up where the last commit left off. A final one shows in the detector's status, and so does
/// an exception: it ends this detector, and nothing else.
///
/// Threads  any for the public members.
class DetectorRunner {
 public:
  /// `source` is what the spec's names, as it is opened, or why it is not: the detector then fails.
  DetectorRunner(const DetectorSpec& spec, Result<SourceSpec> source, RunKind kind,
                 const StartMarks::Version& version, const RunnerContext& context);

  /// Stops, and waits until it has ended.
  ~DetectorRunner();
  DetectorRunner(const DetectorRunner&) = delete;
  DetectorRunner& operator=(const DetectorRunner&) = delete;

  enum class Progress { running, finished, failed_for_now, failed };

  Progress progress() const { return progress_; }
  const DetectorSpec& spec() const { return spec_; }
  const Result<SourceSpec>& source() const { return source_spec_; }
  RunKind kind() const { return kind_; }
  const StartMarks::Version& version() const { return version_; }

  /// In force from the next interval on.
  void set_rules(alert::AlertRules rules);

  /// Returns at once.
  void request_stop();

  /// Nothing of it runs any more, so that it may be destroyed without waiting.
  bool has_ended() const;

  /// It reads back what it knew; the source is not yet opened.
  bool is_restoring() const { return is_restoring_; }

  /// Its start is over: it works, or it has waited for its source for so long that others need not
  /// wait for it too.
  bool has_started() const {
    return has_started_ || std::chrono::steady_clock::now() >= start_is_over_at_.load();
  }

 private:
  using Instant = StepPool::Instant;

  /// What the source's task hands to the pipeline's.
  struct Event {
    ingest::Source::State state = ingest::Source::State::rows;
    ingest::Intake intake;
  };

  struct Run;

  // The pipeline's task.
  StepPool::Due step_pipeline();
  Result<StepPool::Due> advance_pipeline();
  Result<void> begin();
  Result<StepPool::Due> consume();
  Result<bool> take_events(DetectorPipeline& pipeline, ingest::Aggregator& aggregator,
                           const ingest::Aggregator::OnClosed& closed);
  Instant next_pipeline_step() const;
  void end_pipeline(const Result<void>& worked);
  void finish_start();
  bool is_last(const Event& event) const;
  Result<void> take(const Event& event, ingest::Aggregator& aggregator,
                    const ingest::Aggregator::OnClosed& closed);
  Result<void> on_closed(DetectorPipeline& pipeline, ingest::ClosedInterval& interval);

  // The source's task.
  StepPool::Due step_source();
  Result<StepPool::Due> advance_source();
  void acknowledge();
  Instant next_source_step(ingest::Source::State state) const;
  void report_health(const Event& event);
  bool is_news(const Event& event);
  bool hand_over();
  void close_source();
  Result<std::unique_ptr<ingest::Source>> open_source(const SourcePosition& from);

  Duration reach_of_the_clock() const;
  bool was_live(const IntervalGrid& grid) const;
  bool is_live(const DetectorPipeline& pipeline);
  void limit_series(const DetectorPipeline& pipeline, ingest::Aggregator& aggregator) const;
  void take_new_rules(DetectorPipeline& pipeline);
  void say(DetectorState state, const DetectorPipeline* pipeline, const std::string& failure = "");
  void count(const ingest::ClosedInterval& interval, double seconds);

  const DetectorSpec spec_;
  const Result<SourceSpec> source_spec_;
  const RunKind kind_;
  const StartMarks::Version version_;
  const RunnerContext context_;
  std::atomic<Progress> progress_ = Progress::running;
  std::stop_source stop_;  ///< Also ends a commit that waits for the disk.
  std::atomic<bool> is_restoring_ = true;
  std::atomic<bool> has_started_ = false;
  std::atomic<Instant> start_is_over_at_ = Instant::max();

  std::mutex rules_mutex_;
  std::optional<alert::AlertRules> new_rules_;

  // The pipeline's task alone.
  std::unique_ptr<Run> run_;
  std::optional<DetectorStatus> said_;
  Instant said_at_;
  bool has_more_to_say_ = false;
  bool has_news_for_source_ = false;  ///< Something was committed.
  bool is_source_idle_ = false;
  std::optional<TimePoint> newest_row_;
  bool was_live_ = false;  ///< In this run, or when an earlier one stopped.
  std::optional<TimePoint>
      behind_since_;  ///< When the clock was found to have left the rows behind.
  Instant mark_is_over_at_ = Instant::max();

  // Both tasks.
  SourceWatch source_watch_;
  BoundedQueue<Event> events_{8};
  std::atomic<bool> imports_intervals_ = false;
  /// When a source that was asked had nothing: the clock closes nothing that ended later, for its
  /// rows may be there and not yet found. One that calls when there is news is always asked.
  std::atomic<TimePoint> idle_as_of_ = TimePoint{};
  mutable std::mutex shared_mutex_;
  std::optional<SourcePosition> acknowledged_;
  std::optional<SourcePosition> open_from_;  ///< The source is wanted from here on.
  std::optional<Error> source_failure_;      ///< After the events that are queued.
  std::unique_ptr<ingest::Source> source_;   ///< Others than its task may only interrupt it.

  // The source's task alone.
  std::optional<Event> handing_over_;  ///< Waits for room in the queue.
  Event last_handed_over_;             ///< Without its rows.
  bool has_source_ended_ = false;
  bool calls_when_news_ = false;
  Instant source_not_before_;
  Instant measure_next_;
  Instant acknowledge_next_;
  std::chrono::milliseconds retry_pause_{};

  std::shared_ptr<StepPool::Task> pipeline_task_;  ///< Waits until the constructor wakes it.
  std::shared_ptr<StepPool::Task> source_task_;
};

}  // namespace bellwether::pipeline
