#include "detector_runner.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/ingest/time_zone_database.hpp"

#include "detector_pipeline.hpp"
#include "inbox_source.hpp"

namespace bellwether::pipeline {
namespace {

using ingest::ClosedInterval;
using ingest::Source;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds source_wait{200};
constexpr milliseconds first_retry_pause{500};
constexpr milliseconds longest_retry_pause{30'000};
constexpr std::chrono::seconds measure_every{2};

/// How many events are taken before other detectors have their turn.
constexpr int events_per_step = 8;

// How often it is looked whether the clock closes an interval: often where intervals are short.
constexpr milliseconds short_nap{200};
constexpr milliseconds long_nap{1000};
constexpr std::chrono::seconds shortest_interval_of_long_naps{60};

/// How often a status is written that says nothing new: a restart reads from it how long ago the
/// detector was live.
constexpr std::chrono::seconds say_again_after{30};
constexpr std::chrono::seconds say_changes_after{1};

/// How long others wait for the start of a suspect whose source does not answer, and how long a
/// death of the process is held to be one during its start.
constexpr std::chrono::seconds others_wait_for_start{5};
constexpr std::chrono::seconds start_lasts_at_most{60};

constexpr StepPool::Due over = std::nullopt;

/// What an exception becomes: the end of one detector.
Error error_of_exception(std::string_view doing) {
  const std::string activity(doing);
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return internal_error(activity + ": there is not enough memory");
  } catch (const std::system_error& failure) {
    // A thread or another resource that cannot be had now may be had later.
    const bool may_pass = failure.code() == std::errc::resource_unavailable_try_again;
    return {may_pass ? ErrorCode::unavailable : ErrorCode::internal,
            activity + ": " + failure.what()};
  } catch (const std::exception& failure) {
    return internal_error(activity + ": " + failure.what());
  } catch (...) {
    return internal_error(activity + ": an unknown exception");
  }
}

/// Runs a step; an exception is a failure like others.
template <class Step>
Result<StepPool::Due> guarded(std::string_view doing, Step step) {
  try {
    return step();
  } catch (...) {
    return error_of_exception(doing);
  }
}

}  // namespace

/// What a run holds, from its restoring to its end.
struct DetectorRunner::Run {
  Run(const DetectorSpec& spec, const IntervalGrid& grid, const RunnerContext& context,
      const std::stop_token& stop)
      : target(context.store.intervals(), stop),
        pipeline(spec, grid,
                 {.pool = context.pool,
                  .target = target,
                  .wall_clock = context.wall_clock,
                  .intervals = &context.store.intervals(),
                  .groups = &context.store.groups(),
                  .memory = &context.memory}) {}

  StoreTarget target;
  DetectorPipeline pipeline;
  std::optional<ingest::Aggregator> aggregator;
};

DetectorRunner::DetectorRunner(const DetectorSpec& spec, Result<SourceSpec> source, RunKind kind,
                               const StartMarks::Version& version, const RunnerContext& context)
    : spec_(spec),
      source_spec_(std::move(source)),
      kind_(kind),
      version_(version),
      context_(context),
      source_watch_(spec.name, context.metrics),
      retry_pause_(first_retry_pause) {
  // Rows that were pushed are in the store: to read them waits for nobody else.
  const bool is_pushed = std::holds_alternative<HttpSourceSpec>(spec_.source);
  StepPool& for_source = is_pushed ? context_.pipelines : context_.sources;
  source_task_ = for_source.start([this] { return step_source(); }, StepPool::when_woken);
  pipeline_task_ =
      context_.pipelines.start([this] { return step_pipeline(); }, StepPool::when_woken);
  pipeline_task_->wake();
}

DetectorRunner::~DetectorRunner() {
  request_stop();
  pipeline_task_->wait_until_over();
  source_task_->wait_until_over();
}

void DetectorRunner::set_rules(alert::AlertRules rules) {
  const std::lock_guard lock(rules_mutex_);
  new_rules_ = std::move(rules);
}

void DetectorRunner::request_stop() {
  stop_.request_stop();
  events_.close();
  pipeline_task_->wake();
  source_task_->wake();
}

bool DetectorRunner::has_ended() const {
  return pipeline_task_->is_over() && source_task_->is_over();
}

StepPool::Due DetectorRunner::step_pipeline() {
  try {
    const auto next = guarded("running the detector", [this] { return advance_pipeline(); });
    if (next && *next) return *next;
    end_pipeline(next ? ok() : Result<void>(next.error()));
  } catch (...) {
    // Not even the reason can be noted. It ends all the same.
    events_.close();
    is_restoring_ = false;
    progress_ = Progress::failed;
  }
  source_task_->wake();
  return over;
}

void DetectorRunner::end_pipeline(const Result<void>& worked) {
  events_.close();
  is_restoring_ = false;
  run_.reset();
  {
    const std::lock_guard lock(shared_mutex_);
    if (source_) source_->interrupt();
  }
  context_.memory.forget(spec_.name);
  const std::string part = "detector " + spec_.name;
  context_.health.forget(part);
  finish_start();
  if (worked || stop_.stop_requested()) {
    progress_ = Progress::finished;
    return;
  }
  log_error("pipeline", worked.error().message, {{"detector", spec_.name}});
  context_.health.report_detail(part, false, worked.error().message);
  if (is_retryable(worked.error())) {
    progress_ = Progress::failed_for_now;
    return;
  }
  say(DetectorState::failed, nullptr, worked.error().message);
  progress_ = Progress::failed;
}

Result<StepPool::Due> DetectorRunner::advance_pipeline() {
  if (stop_.stop_requested()) return over;
  if (run_) return consume();
  if (auto begun = begin(); !begun) return begun.error();
  return StepPool::Due(steady_clock::now());
}

Result<void> DetectorRunner::begin() {
  if (!source_spec_) return while_doing("the source of '" + spec_.name + "'", source_spec_.error());
  if (auto marked = context_.starts.begin(spec_.name, version_); !marked)
    log_warning("pipeline", "its start is not marked: " + marked.error().message,
                {{"detector", spec_.name}});
  auto zone = ingest::load_time_zone(spec_.timestamp.timezone);
  if (!zone) return zone.error();
  auto run = std::make_unique<Run>(spec_, IntervalGrid(spec_.interval, *std::move(zone)), context_,
                                   stop_.get_token());
  DetectorPipeline& pipeline = run->pipeline;
  was_live_ = was_live(pipeline.grid());
  behind_since_ = context_.clock.now();
  if (auto restored = source_watch_.restore(context_.store.intervals()); !restored)
    return while_doing("restoring detector '" + spec_.name + "'", restored.error());
  say(kind_ == RunKind::backtest ? DetectorState::backtest_activating : DetectorState::activating,
      &pipeline);
  context_.health.report_detail("detector " + spec_.name, false,
                                "what it has learnt is being read back");
  if (auto restored = pipeline.restore(context_.store.intervals()); !restored)
    return while_doing("restoring detector '" + spec_.name + "'", restored.error());
  take_new_rules(pipeline);
  run->aggregator.emplace(spec_, pipeline.grid(), pipeline.dictionary(), pipeline.last_interval(),
                          pipeline.position());
  if (const auto first = pipeline.first_interval()) run->aggregator->set_first_interval(*first);
  if (pipeline.last_interval()) newest_row_ = pipeline.grid().start_of(*pipeline.last_interval());
  limit_series(pipeline, *run->aggregator);
  {
    const std::lock_guard lock(shared_mutex_);
    open_from_ = pipeline.position();
  }
  run_ = std::move(run);
  const auto now = steady_clock::now();
  is_restoring_ = false;
  start_is_over_at_ = now + others_wait_for_start;
  mark_is_over_at_ = now + start_lasts_at_most;
  source_task_->wake();
  return ok();
}

/// The source has answered, or the start has ended otherwise: if the process dies from now on, it
/// is not for the start.
void DetectorRunner::finish_start() {
  if (!has_started_.exchange(true)) context_.starts.finish(spec_.name);
}

Result<StepPool::Due> DetectorRunner::consume() {
  DetectorPipeline& pipeline = run_->pipeline;
  ingest::Aggregator& aggregator = *run_->aggregator;
  const auto closed = [&](ClosedInterval interval) -> Result<void> {
    if (auto done = on_closed(pipeline, interval); !done) return done;
    limit_series(pipeline, aggregator);
    return ok();
  };
  if (steady_clock::now() >= mark_is_over_at_) finish_start();
  // A state is said before the first interval too, so that a waiting detector does not look
  // stuck.
  say(pipeline.interval_count() < learning_intervals(spec_) ? DetectorState::learning
                                                            : DetectorState::active,
      &pipeline);
  if (auto done = pipeline.catch_up(); !done) return done.error();
  take_new_rules(pipeline);
  // What the source had by then is taken below: the queue holds no more than one step takes.
  const TimePoint idle_as_of = idle_as_of_;
  const auto is_complete = take_events(pipeline, aggregator, closed);
  if (!is_complete) return is_complete.error();
  if (*is_complete) return over;
  const bool is_clock_due = is_source_idle_ && !imports_intervals_;
  if (!stop_.stop_requested() && is_clock_due && is_live(pipeline))
    if (auto done = aggregator.close_until(std::min(context_.clock.now(), idle_as_of), closed);
        !done)
      return done.error();
  if (std::exchange(has_news_for_source_, false)) source_task_->wake();
  return StepPool::Due(next_pipeline_step());
}

/// Takes what the source has handed over. True when there will be no more.
Result<bool> DetectorRunner::take_events(DetectorPipeline& pipeline, ingest::Aggregator& aggregator,
                                         const ingest::Aggregator::OnClosed& closed) {
  for (int taken = 0; taken < events_per_step && !stop_.stop_requested(); ++taken) {
    std::optional<Error> failure;
    {
      const std::lock_guard lock(shared_mutex_);
      failure = source_failure_;
    }
    const auto event = events_.pop(milliseconds(0));
    // What was handed over before a failure comes first.
    if (!event && failure) return *failure;
    if (!event) return false;
    source_task_->wake();  // There is room.
    finish_start();
    if (!is_last(*event)) {
      if (auto done = take(*event, aggregator, closed); !done) return done.error();
      continue;
    }
    if (auto done = aggregator.close_all(closed); !done) return done.error();
    say(kind_ == RunKind::backtest ? DetectorState::backtest_complete : DetectorState::active,
        &pipeline);
    return true;
  }
  return false;
}

/// Events wake the pipeline's task; this is for what comes with time alone.
StepPool::Instant DetectorRunner::next_pipeline_step() const {
  const auto now = steady_clock::now();
  if (events_.length() > 0) return now;
  auto next = now + say_again_after;
  if (has_more_to_say_) next = std::min(next, said_at_ + say_changes_after);
  if (!has_started_) next = std::min(next, mark_is_over_at_);
  if (newest_row_ && kind_ == RunKind::continuous) {
    const auto& clock = context_.clock;
    const bool is_short =
        clock.real_time_until(clock.now() + spec_.interval) < shortest_interval_of_long_naps;
    next = std::min<Instant>(next, now + (is_short ? short_nap : long_nap));
  }
  return next;
}

/// Whether a source's event is its end. A backtest is over with the bulk of old rows.
bool DetectorRunner::is_last(const Event& event) const {
  return event.state == Source::State::ended ||
         (event.state == Source::State::historical_done && kind_ == RunKind::backtest);
}

/// Takes what the source handed out into the aggregator.
Result<void> DetectorRunner::take(const Event& event, ingest::Aggregator& aggregator,
                                  const ingest::Aggregator::OnClosed& closed) {
  const ingest::Intake& intake = event.intake;
  is_source_idle_ = event.state == Source::State::idle;
  switch (event.state) {
    case Source::State::rows:
      for (const TimePoint time : intake.batch.timestamps)
        newest_row_ = std::max(newest_row_.value_or(time), time);
      return aggregator.add(intake, closed);
    case Source::State::historical_done:
      return aggregator.close_historical(closed);
    case Source::State::interval_restarted:
      aggregator.discard(intake.interval);
      return ok();
    case Source::State::interval_done:
      return aggregator.close_import(intake, closed);
    case Source::State::waiting:
    case Source::State::idle:
      return aggregator.close_to_watermark(intake, closed);
    case Source::State::ended:
      return ok();
  }
  return ok();
}

/// New series are refused where the memory of all detectors would not do.
void DetectorRunner::limit_series(const DetectorPipeline& pipeline,
                                  ingest::Aggregator& aggregator) const {
  aggregator.limit_series(pipeline.most_series(),
                          "the memory budget of " + std::to_string(context_.memory.bytes()) +
                              " bytes for all detectors; raise memory.budget_bytes");
  context_.metrics.set("bellwether_detector_memory_bytes", "About what a detector holds in memory.",
                       {{"detector", spec_.name}}, static_cast<double>(pipeline.held_bytes()));
}

/// How far the newest rows may lie behind a clock that closes intervals.
Duration DetectorRunner::reach_of_the_clock() const {
  return std::max<Duration>(3 * spec_.interval + spec_.offset, std::chrono::hours(1));
}

/// Whether an earlier run kept up with the clock, by what its status last said.
bool DetectorRunner::was_live(const IntervalGrid& grid) const {
  const auto entry = context_.store.catalog().get(store::CatalogKind::status, spec_.name);
  if (!entry) return false;
  const auto document = document::parse_json(entry->document);
  if (!document) return false;
  const auto status = document::read_status(*document);
  if (!status || !status->last_interval) return false;
  const TimePoint end = grid.end_of(grid.index_of(*status->last_interval));
  return status->changed_at - end <= reach_of_the_clock();
}

/// Whether the clock may close intervals. While old rows are being loaded only rows may: the clock
/// is far ahead of them and would make the rest of them late. A detector that was live before it
/// was stopped, or its host slept, gives its source time to hand in what was held back.
bool DetectorRunner::is_live(const DetectorPipeline& pipeline) {
  if (!newest_row_ || kind_ == RunKind::backtest) return false;
  const Duration reach = reach_of_the_clock();
  const TimePoint now = context_.clock.now();
  const auto& grid = pipeline.grid();
  if (now - grid.end_of(grid.index_of(*newest_row_)) <= reach) {
    was_live_ = true;
    behind_since_.reset();
    return true;
  }
  if (!behind_since_) behind_since_ = now;
  return was_live_ && now - *behind_since_ >= reach;
}

Result<void> DetectorRunner::on_closed(DetectorPipeline& pipeline, ClosedInterval& interval) {
  const auto began = std::chrono::steady_clock::now();
  if (auto processed = pipeline.process(interval, is_live(pipeline)); !processed) return processed;
  newest_row_ = std::max(newest_row_.value_or(interval.frame.start), interval.frame.start);
  {
    const std::lock_guard lock(shared_mutex_);
    acknowledged_ = interval.position;
  }
  has_news_for_source_ = true;
  if (const std::string& failure = interval.quality.import_failure; !failure.empty())
    log_warning("source", "an interval was not imported: " + failure,
                {{"detector", spec_.name}, {"interval", to_rfc3339(interval.frame.start)}});
  source_watch_.note(interval.quality);
  const std::chrono::duration<double> took = pipeline.committed_at() - began;
  count(interval, took.count());
  take_new_rules(pipeline);
  return ok();
}

StepPool::Due DetectorRunner::step_source() {
  try {
    const auto next = guarded("reading the source", [this] { return advance_source(); });
    if (next && *next) return *next;
    if (!next) {
      const std::lock_guard lock(shared_mutex_);
      source_failure_ = next.error();
    }
    close_source();
  } catch (...) {
    const std::lock_guard lock(shared_mutex_);
    source_failure_ = Error{};  // There is no room for the reason.
  }
  pipeline_task_->wake();
  return over;
}

/// One call of the source, and what goes with it.
Result<StepPool::Due> DetectorRunner::advance_source() {
  if (stop_.stop_requested() || events_.is_closed()) return over;
  if (!source_) {
    std::optional<SourcePosition> from;
    {
      const std::lock_guard lock(shared_mutex_);
      from = open_from_;
    }
    if (!from) return StepPool::Due(StepPool::when_woken);
    auto opened = open_source(*from);
    if (!opened) return while_doing("opening the source of '" + spec_.name + "'", opened.error());
    calls_when_news_ = (*opened)->call_when_news([task = source_task_.get()] { task->wake(); });
    imports_intervals_ = (*opened)->imports_intervals();
    // The first answer of a source may take a while, and nothing is wrong meanwhile.
    context_.health.report_detail("detector " + spec_.name, true, source_watch_.state().text());
    const std::lock_guard lock(shared_mutex_);
    source_ = std::move(*opened);
  }
  const auto now = steady_clock::now();
  if (now >= measure_next_) {
    source_->measure(context_.metrics);
    measure_next_ = now + measure_every;
  }
  if (handing_over_ && !hand_over()) return StepPool::Due(StepPool::when_woken);
  // Not sooner: while it is waited for room, what is committed is said at once later.
  acknowledge();
  if (has_source_ended_) return over;
  if (now < source_not_before_) return StepPool::Due(source_not_before_);

  Event event;
  const TimePoint asked_at = context_.clock.now();
  const auto state =
      source_->next(event.intake, source_->listens() ? source_wait : milliseconds(0));
  if (stop_.stop_requested() || events_.is_closed()) return over;
  if (!state && !is_retryable(state.error())) return state.error();
  if (state) {
    retry_pause_ = first_retry_pause;
    event.state = *state;
    report_health(event);
    if (*state == Source::State::idle) idle_as_of_ = calls_when_news_ ? TimePoint::max() : asked_at;
  } else {
    context_.health.report_detail("detector " + spec_.name, false, state.error().message);
    log_warning("source", state.error().message, {{"detector", spec_.name}});
    // Whatever was said before: the clock must not close what may come yet.
    event = {.state = Source::State::waiting, .intake = {}};
    source_not_before_ = steady_clock::now() + retry_pause_;
    retry_pause_ = std::min(retry_pause_ * 2, longest_retry_pause);
  }
  has_source_ended_ = event.state == Source::State::ended;
  const auto next = next_source_step(event.state);
  if (is_news(event)) handing_over_ = std::move(event);
  if (handing_over_ && !hand_over()) return StepPool::Due(StepPool::when_woken);
  if (has_source_ended_) return over;
  return StepPool::Due(next);
}

/// Tells the source what is committed, now and then: some write that down.
void DetectorRunner::acknowledge() {
  const auto now = steady_clock::now();
  if (now < acknowledge_next_) return;
  std::optional<SourcePosition> position;
  {
    const std::lock_guard lock(shared_mutex_);
    position = std::exchange(acknowledged_, std::nullopt);
  }
  if (!position) return;
  acknowledge_next_ = now + source_wait;
  if (auto done = source_->acknowledge(*position); !done)
    log_warning("source", done.error().message, {{"detector", spec_.name}});
}

StepPool::Instant DetectorRunner::next_source_step(ingest::Source::State state) const {
  const auto now = steady_clock::now();
  if (now < source_not_before_) return source_not_before_;
  const bool is_quiet = state == Source::State::idle || state == Source::State::waiting;
  if (!is_quiet || source_->listens()) return now;
  if (!calls_when_news_) return now + source_wait;
  const std::lock_guard lock(shared_mutex_);
  return acknowledged_ ? acknowledge_next_ : StepPool::when_woken;
}

/// Shows whether the source is well by its own account.
void DetectorRunner::report_health(const Event& event) {
  const bool is_trouble =
      event.state != Source::State::interval_done && !event.intake.failure.empty();
  context_.health.report_detail("detector " + spec_.name, !is_trouble,
                                is_trouble ? event.intake.failure : source_watch_.state().text());
}

/// Whether an event says more than the last one did: a source that has nothing says so once.
bool DetectorRunner::is_news(const Event& event) {
  const bool is_quiet = event.state == Source::State::idle || event.state == Source::State::waiting;
  Event& last = last_handed_over_;
  const bool is_known =
      is_quiet && event.state == last.state && event.intake.event_time == last.intake.event_time;
  if (is_known) return false;
  last.state = event.state;
  last.intake.event_time = event.intake.event_time;
  return true;
}

/// False when the queue is full: this is the back-pressure on the source, whose task is woken when
/// there is room.
bool DetectorRunner::hand_over() {
  if (!events_.push(*handing_over_, milliseconds(0))) return false;
  handing_over_.reset();
  pipeline_task_->wake();
  return true;
}

/// In the source's own task, for the end of one may block as its calls do.
void DetectorRunner::close_source() {
  std::unique_ptr<Source> ended;
  {
    const std::lock_guard lock(shared_mutex_);
    ended = std::move(source_);
  }
}

Result<std::unique_ptr<Source>> DetectorRunner::open_source(const SourcePosition& from) {
  if (std::holds_alternative<HttpSourceSpec>(spec_.source))
    return std::unique_ptr<Source>(
        std::make_unique<InboxSource>(context_.store.inbox(), spec_.name, from));
  const Clock* clock = kind_ == RunKind::backtest ? nullptr : &context_.clock;
  DetectorSpec opened = spec_;
  opened.source = *source_spec_;
  return context_.open_source(opened, from, clock, {.aws = context_.aws, .bytes = context_.bytes});
}

void DetectorRunner::take_new_rules(DetectorPipeline& pipeline) {
  const std::lock_guard lock(rules_mutex_);
  if (auto rules = std::exchange(new_rules_, std::nullopt)) pipeline.set_rules(std::move(*rules));
}

/// Writes the status when it says something new, once a second at most while the state is the same;
/// a failure to write it costs only the view of it.
void DetectorRunner::say(DetectorState state, const DetectorPipeline* pipeline,
                         const std::string& failure) {
  const auto now = steady_clock::now();
  const bool is_urgent = !said_ || state != said_->state || !failure.empty();
  has_more_to_say_ = !is_urgent && now - said_at_ < say_changes_after;
  if (has_more_to_say_) return;
  DetectorStatus status{.state = state, .failure = failure, .changed_at = context_.clock.now()};
  if (pipeline != nullptr) {
    status.intervals = pipeline->interval_count();
    if (const auto last = pipeline->last_interval())
      status.last_interval = pipeline->grid().start_of(*last);
    status.series = pipeline->series_count();
  } else if (const auto progress = context_.store.intervals().progress(spec_.name)) {
    status.intervals = progress->intervals;
  }
  const SourceWatch::State source = source_watch_.state();
  status.source = source.health;
  status.source_since = source.since;
  const bool is_old = now - said_at_ >= say_again_after;
  if (said_ && !is_old) {
    said_->changed_at = status.changed_at;
    if (status == *said_) return;
  }
  said_ = status;
  said_at_ = now;
  const auto written =
      context_.store.catalog().put(store::CatalogKind::status, spec_.name,
                                   document::to_json(document::write_status(status)), false);
  if (!written) log_warning("pipeline", written.error().message, {{"detector", spec_.name}});
}

void DetectorRunner::count(const ClosedInterval& interval, double seconds) {
  auto& metrics = context_.metrics;
  const Metrics::Labels labels{{"detector", spec_.name}};
  metrics.add("bellwether_rows_total", "Rows counted into frames.", labels,
              static_cast<double>(interval.quality.rows));
  if (const auto late = interval.quality.late_merged; late > 0)
    metrics.add("bellwether_rows_late_merged_total",
                "Rows merged into intervals that had been closed.", labels,
                static_cast<double>(late));
  metrics.add("bellwether_intervals_total", "Intervals committed.", labels, 1);
  if (!interval.quality.import_failure.empty())
    metrics.add("bellwether_import_failures_total", "Intervals whose data could not be read.",
                labels, 1);
  for (std::size_t i = 0; i < row_fault_count; ++i)
    if (const auto rejected = interval.quality.rejected.counts[i]; rejected > 0)
      metrics.add(
          "bellwether_rows_rejected_total", "Rows refused, by reason.",
          {{"detector", spec_.name}, {"reason", std::string(to_string(static_cast<RowFault>(i)))}},
          static_cast<double>(rejected));
  metrics.set("bellwether_series", "Combinations of dimension values, roll-ups included.", labels,
              static_cast<double>(interval.frame.series_count));
  metrics.observe_seconds("bellwether_interval_seconds", "From a closed interval to its commit.",
                          labels, seconds);
}

}  // namespace bellwether::pipeline
