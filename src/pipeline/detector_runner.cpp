#include "detector_runner.hpp"

#include <algorithm>
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

constexpr milliseconds source_wait{200};
constexpr milliseconds longest_nap{200};
constexpr std::chrono::seconds measure_every{2};

}  // namespace

DetectorRunner::DetectorRunner(const DetectorSpec& spec, RunKind kind, const RunnerContext& context)
    : spec_(spec), kind_(kind), context_(context), source_watch_(spec.name, context.metrics) {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

DetectorRunner::~DetectorRunner() { request_stop(); }

void DetectorRunner::set_rules(alert::AlertRules rules) {
  const std::lock_guard lock(rules_mutex_);
  new_rules_ = std::move(rules);
}

void DetectorRunner::request_stop() {
  thread_.request_stop();
  events_.close();
}

void DetectorRunner::run(const std::stop_token& stop) {
  const auto worked = work(stop);
  events_.close();
  context_.memory.forget(spec_.name);
  context_.health.forget("detector " + spec_.name);
  if (worked || stop.stop_requested()) {
    progress_ = Progress::finished;
    return;
  }
  log_error("pipeline", worked.error().message, {{"detector", spec_.name}});
  if (is_retryable(worked.error())) {
    context_.health.report("detector " + spec_.name, false, worked.error().message);
    progress_ = Progress::failed_for_now;
    return;
  }
  say(DetectorState::failed, nullptr, worked.error().message);
  progress_ = Progress::failed;
}

Result<void> DetectorRunner::work(const std::stop_token& stop) {
  auto zone = ingest::load_time_zone(spec_.timestamp.timezone);
  if (!zone) return zone.error();
  StoreTarget target(context_.store.intervals(), stop);
  DetectorPipeline pipeline(spec_, IntervalGrid(spec_.interval, *std::move(zone)),
                            {.pool = context_.pool,
                             .target = target,
                             .wall_clock = context_.wall_clock,
                             .intervals = &context_.store.intervals(),
                             .groups = &context_.store.groups(),
                             .memory = &context_.memory});
  was_live_ = was_live(pipeline.grid());
  behind_since_ = context_.clock.now();
  if (auto restored = source_watch_.restore(context_.store.intervals()); !restored)
    return while_doing("restoring detector '" + spec_.name + "'", restored.error());
  say(kind_ == RunKind::backtest ? DetectorState::backtest_activating : DetectorState::activating,
      &pipeline);
  context_.health.report("detector " + spec_.name, false, "what it has learnt is being read back");
  if (auto restored = pipeline.restore(context_.store.intervals()); !restored)
    return while_doing("restoring detector '" + spec_.name + "'", restored.error());
  take_new_rules(pipeline);

  auto source = open_source(pipeline.position());
  if (!source) return while_doing("opening the source of '" + spec_.name + "'", source.error());
  source_ = std::move(*source);
  // The first answer of a source may take a while, and nothing is wrong meanwhile.
  context_.health.report("detector " + spec_.name, true, source_watch_.state().text());
  ingest::Aggregator aggregator(spec_, pipeline.grid(), pipeline.dictionary(),
                                pipeline.last_interval(), pipeline.position());
  if (const auto first = pipeline.first_interval()) aggregator.set_first_interval(*first);
  if (pipeline.last_interval()) newest_row_ = pipeline.grid().start_of(*pipeline.last_interval());

  std::jthread driver([this](const std::stop_token& halt) { drive_source(halt); });
  auto consumed = consume(stop, pipeline, aggregator);
  events_.close();
  source_->interrupt();
  return consumed;
}

Result<void> DetectorRunner::consume(const std::stop_token& stop, DetectorPipeline& pipeline,
                                     ingest::Aggregator& aggregator) {
  const auto closed = [&](ClosedInterval interval) -> Result<void> {
    if (auto done = on_closed(pipeline, interval); !done) return done;
    limit_series(pipeline, aggregator);
    return ok();
  };
  limit_series(pipeline, aggregator);
  while (!stop.stop_requested()) {
    // A state is said before the first interval too, so that a waiting detector does not look
    // stuck.
    say(pipeline.interval_count() < learning_intervals(spec_) ? DetectorState::learning
                                                              : DetectorState::active,
        &pipeline);
    if (auto done = pipeline.catch_up(); !done) return done;
    auto event = events_.pop(longest_nap);
    take_new_rules(pipeline);
    if (event && event->failure) return *event->failure;
    if (event && !is_last(*event)) {
      if (auto taken = take(*event, aggregator, closed); !taken) return taken;
    } else if (event) {
      if (auto done = aggregator.close_all(closed); !done) return done;
      say(kind_ == RunKind::backtest ? DetectorState::backtest_complete : DetectorState::active,
          &pipeline);
      return ok();
    }
    const bool is_clock_due = is_source_idle_ && !source_->imports_intervals();
    if (is_clock_due && is_live(pipeline))
      if (auto done = aggregator.close_until(context_.clock.now(), closed); !done) return done;
  }
  return ok();
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
    const std::lock_guard lock(acknowledged_mutex_);
    acknowledged_ = interval.position;
  }
  if (const std::string& failure = interval.quality.import_failure; !failure.empty())
    log_warning("source", "an interval was not imported: " + failure,
                {{"detector", spec_.name}, {"interval", to_rfc3339(interval.frame.start)}});
  source_watch_.note(interval.quality);
  const std::chrono::duration<double> took = pipeline.committed_at() - began;
  count(interval, took.count());
  take_new_rules(pipeline);
  return ok();
}

void DetectorRunner::drive_source(const std::stop_token& stop) {
  auto pause = milliseconds(500);
  Event said;  ///< The last one that said no more than how the source is.
  auto measure_next = std::chrono::steady_clock::now();
  while (!stop.stop_requested() && !events_.is_closed()) {
    {
      std::unique_lock lock(acknowledged_mutex_);
      if (auto position = std::exchange(acknowledged_, std::nullopt)) {
        lock.unlock();
        if (auto done = source_->acknowledge(*position); !done)
          log_warning("source", done.error().message, {{"detector", spec_.name}});
      }
    }
    if (const auto now = std::chrono::steady_clock::now(); now >= measure_next) {
      source_->measure(context_.metrics);
      measure_next = now + measure_every;
    }
    Event event;
    const auto state = source_->next(event.intake, source_wait);
    if (stop.stop_requested() || events_.is_closed()) return;
    if (!state && is_retryable(state.error())) {
      context_.health.report("detector " + spec_.name, false, state.error().message);
      log_warning("source", state.error().message, {{"detector", spec_.name}});
      // Whatever was said before: the clock must not close what may come yet.
      if (!offer_news(stop, {.state = Source::State::waiting, .intake = {}, .failure = {}}, said))
        return;
      sleep_for(stop, pause);
      pause = std::min(pause * 2, milliseconds(30'000));
      continue;
    }
    if (!state) {
      event.failure = state.error();
      offer(stop, std::move(event));
      return;
    }
    pause = milliseconds(500);
    event.state = *state;
    report_health(event);
    if (!offer_news(stop, std::move(event), said) || *state == Source::State::ended) return;
  }
}

/// Shows whether the source is well by its own account.
void DetectorRunner::report_health(const Event& event) {
  const bool is_trouble =
      event.state != Source::State::interval_done && !event.intake.failure.empty();
  context_.health.report("detector " + spec_.name, !is_trouble,
                         is_trouble ? event.intake.failure : source_watch_.state().text());
}

/// Offers what says more than the last event did: a source that has nothing says so once.
bool DetectorRunner::offer_news(const std::stop_token& stop, Event event, Event& said) {
  const bool is_quiet = event.state == Source::State::idle || event.state == Source::State::waiting;
  const bool is_known =
      is_quiet && event.state == said.state && event.intake.event_time == said.intake.event_time;
  if (is_known) return true;
  said.state = event.state;
  said.intake.event_time = event.intake.event_time;
  return offer(stop, std::move(event));
}

/// Waits at a full queue: this is the back-pressure on the source.
bool DetectorRunner::offer(const std::stop_token& stop, Event event) {
  while (!stop.stop_requested() && !events_.is_closed())
    if (events_.push(event, source_wait)) return true;
  return false;
}

Result<std::unique_ptr<Source>> DetectorRunner::open_source(const SourcePosition& from) {
  if (std::holds_alternative<HttpSourceSpec>(spec_.source))
    return std::unique_ptr<Source>(
        std::make_unique<InboxSource>(context_.store.inbox(), spec_.name, from));
  const Clock* clock = kind_ == RunKind::backtest ? nullptr : &context_.clock;
  return ingest::make_source(spec_, from, clock, context_.aws);
}

void DetectorRunner::take_new_rules(DetectorPipeline& pipeline) {
  const std::lock_guard lock(rules_mutex_);
  if (auto rules = std::exchange(new_rules_, std::nullopt)) pipeline.set_rules(std::move(*rules));
}

/// Writes the status when the state changes and after each interval; a failure to write it costs
/// only the view of it.
void DetectorRunner::say(DetectorState state, const DetectorPipeline* pipeline,
                         const std::string& failure) {
  const auto now = std::chrono::steady_clock::now();
  if (state == said_ && failure.empty() && now - said_at_ < std::chrono::seconds(1)) return;
  said_ = state;
  said_at_ = now;
  DetectorStatus status{.state = state, .failure = failure, .changed_at = context_.clock.now()};
  const auto progress = context_.store.intervals().progress(spec_.name);
  if (progress) status.intervals = progress->intervals;
  if (progress && progress->last_interval && pipeline != nullptr)
    status.last_interval = pipeline->grid().start_of(*progress->last_interval);
  if (pipeline != nullptr) status.series = pipeline->series_count();
  const SourceWatch::State source = source_watch_.state();
  status.source = source.health;
  status.source_since = source.since;
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
