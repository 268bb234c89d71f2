#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "bellwether/alert/alert_rules.hpp"
#include "bellwether/base/bounded_queue.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/health.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/detector_status.hpp"
#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/source.hpp"
#include "bellwether/store/store.hpp"

#include "memory_budget.hpp"
#include "source_watch.hpp"

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
  AwsDefaults aws;
  MemoryBudget& memory;
};

enum class RunKind { continuous, backtest };

/// Runs one detector on threads of its own: one drives the source, one takes rows to commits.
///
/// A failure that may pass ends the runner as `failed_for_now`: the host makes a new one, which
/// takes up where the last commit left off. A final one shows in the detector's status.
///
/// Threads  any for the public members.
class DetectorRunner {
 public:
  /// `source` is what the spec's names, as it is opened, or why it is not: the detector then fails.
  DetectorRunner(const DetectorSpec& spec, Result<SourceSpec> source, RunKind kind,
                 const RunnerContext& context);
  ~DetectorRunner();
  DetectorRunner(const DetectorRunner&) = delete;
  DetectorRunner& operator=(const DetectorRunner&) = delete;

  enum class Progress { running, finished, failed_for_now, failed };

  Progress progress() const { return progress_; }
  const DetectorSpec& spec() const { return spec_; }
  const Result<SourceSpec>& source() const { return source_spec_; }
  RunKind kind() const { return kind_; }

  /// In force from the next interval on.
  void set_rules(alert::AlertRules rules);

  void request_stop();

 private:
  /// What the source thread says to the pipeline's thread.
  struct Event {
    ingest::Source::State state = ingest::Source::State::rows;
    ingest::Intake intake;
    std::optional<Error> failure;
  };

  void run(const std::stop_token& stop);
  Result<void> work(const std::stop_token& stop);
  Result<void> consume(const std::stop_token& stop, DetectorPipeline& pipeline,
                       ingest::Aggregator& aggregator);
  bool is_last(const Event& event) const;
  Result<void> take(const Event& event, ingest::Aggregator& aggregator,
                    const ingest::Aggregator::OnClosed& closed);
  Result<void> on_closed(DetectorPipeline& pipeline, ingest::ClosedInterval& interval);
  void drive_source(const std::stop_token& stop);
  void report_health(const Event& event);
  bool offer_news(const std::stop_token& stop, Event event, Event& said);
  bool offer(const std::stop_token& stop, Event event);
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
  const RunnerContext context_;
  std::atomic<Progress> progress_ = Progress::running;

  std::mutex rules_mutex_;
  std::optional<alert::AlertRules> new_rules_;

  DetectorState said_ = DetectorState::inactive;
  std::chrono::steady_clock::time_point said_at_;
  bool is_source_idle_ = false;
  std::optional<TimePoint> newest_row_;
  bool was_live_ = false;  ///< In this run, or when an earlier one stopped.
  std::optional<TimePoint>
      behind_since_;  ///< When the clock was found to have left the rows behind.
  SourceWatch source_watch_;
  std::unique_ptr<ingest::Source> source_;
  std::mutex acknowledged_mutex_;
  std::optional<SourcePosition> acknowledged_;
  BoundedQueue<Event> events_{8};
  std::jthread thread_;
};

}  // namespace bellwether::pipeline
