#include "bellwether/pipeline/detector_host.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "bellwether/base/log.hpp"
#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/ingest/time_zone_database.hpp"

#include "catalog_view.hpp"
#include "detector_runner.hpp"
#include "memory_budget.hpp"

namespace bellwether::pipeline {
namespace {

using store::CatalogKind;

constexpr std::chrono::milliseconds watch_time{500};
constexpr std::chrono::seconds restart_pause{5};
constexpr std::chrono::hours housekeeping_pause{1};

bool opens_the_same(const Result<SourceSpec>& one, const Result<SourceSpec>& other) {
  if (one && other) return *one == *other;
  return !one && !other && one.error() == other.error();
}

}  // namespace

class DetectorHost::Body {
 public:
  Body(const HostContext& context, Duration retention)
      : context_(context),
        retention_(retention),
        memory_(context.memory_bytes),
        thread_([this](const std::stop_token& stop) { run(stop); }) {
    context_.metrics.set("bellwether_memory_budget_bytes", "What all detectors may hold in memory.",
                         {}, static_cast<double>(memory_.bytes()));
  }

 private:
  struct Running {
    std::unique_ptr<DetectorRunner> runner;
    std::chrono::steady_clock::time_point not_before;  ///< When a failed one may be tried again.
  };

  void run(const std::stop_token& stop) {
    std::uint64_t seen = 0;
    while (!stop.stop_requested()) {
      const auto revision = context_.store.catalog().revision();
      bool is_due = revision != seen;
      for (auto& [name, running] : running_) is_due |= needs_attention(running);
      if (is_due) follow_catalog();
      if (is_due) seen = revision;
      keep_house();
      context_.store.catalog().wait_for_change(seen, watch_time);
    }
    for (auto& [name, running] : running_)
      if (running.runner) running.runner->request_stop();
    running_.clear();
  }

  static bool needs_attention(Running& running) {
    if (!running.runner) return std::chrono::steady_clock::now() >= running.not_before;
    return running.runner->progress() == DetectorRunner::Progress::failed_for_now;
  }

  void follow_catalog() {
    auto view = read_catalog(context_.store.catalog());
    context_.health.report("catalog", view.has_value(), view ? "" : view.error().message);
    if (!view) return;
    for (auto it = running_.begin(); it != running_.end();)
      it = view->detectors.contains(it->first) ? std::next(it) : stop_runner(it);
    const SourceRights rights{std::move(view->connections), context_.allow_paths};
    for (const auto& [name, wanted] : view->detectors) follow(name, wanted, rights);
    for (auto& [name, running] : running_)
      if (running.runner) running.runner->set_rules(view->rules);
  }

  using Runners = std::map<std::string, Running>;

  Runners::iterator stop_runner(Runners::iterator it) { return running_.erase(it); }

  void follow(const std::string& name, const CatalogView::Wanted& wanted,
              const SourceRights& rights) {
    auto found = running_.find(name);
    switch (wanted.state) {
      case DesiredState::deleted:
        say(name, DetectorState::deleting);
        if (found != running_.end()) stop_runner(found);
        erase(name);
        return;
      case DesiredState::inactive:
        if (found != running_.end()) {
          say(name, DetectorState::deactivating);
          stop_runner(found);
          say(name, DetectorState::deactivated);
        }
        return;
      case DesiredState::active:
        keep_running(wanted, RunKind::continuous, rights);
        return;
      case DesiredState::backtest:
        keep_running(wanted, RunKind::backtest, rights);
        return;
    }
  }

  void keep_running(const CatalogView::Wanted& wanted, RunKind kind, const SourceRights& rights) {
    const DetectorSpec& spec = wanted.spec;
    auto source = resolve_source(spec.source, wanted.author, rights);
    auto& running = running_[spec.name];
    if (running.runner) {
      const auto progress = running.runner->progress();
      const bool is_same = running.runner->spec() == spec && running.runner->kind() == kind &&
                           opens_the_same(running.runner->source(), source);
      if (is_same && progress != DetectorRunner::Progress::failed_for_now) return;
      if (is_same) {
        running.runner.reset();
        running.not_before = std::chrono::steady_clock::now() + restart_pause;
        return;
      }
      if (!keeps_data(running.runner->spec(), spec)) {
        running.runner.reset();
        forget_data(spec.name);
      }
      running.runner.reset();
    } else if (std::chrono::steady_clock::now() < running.not_before) {
      return;
    }
    log_info("pipeline", "starting detector", {{"detector", spec.name}});
    running.runner = std::make_unique<DetectorRunner>(
        spec, std::move(source), kind,
        RunnerContext{context_.store, context_.pool, context_.clock, context_.wall_clock,
                      context_.metrics, context_.health, context_.aws, memory_});
  }

  void forget_data(const std::string& name) {
    log_warning("pipeline", "its measures, dimensions or interval changed: learning starts anew",
                {{"detector", name}});
    if (auto dropped = context_.store.intervals().drop_detector(name); !dropped)
      log_error("pipeline", dropped.error().message, {{"detector", name}});
  }

  /// In an order that a restart can take up: the order to delete goes last.
  void erase(const std::string& name) {
    auto& catalog = context_.store.catalog();
    if (auto dropped = context_.store.intervals().drop_detector(name); !dropped) {
      log_error("pipeline", dropped.error().message, {{"detector", name}});
      return;
    }
    context_.metrics.forget("detector", name);
    for (const CatalogKind kind :
         {CatalogKind::detector, CatalogKind::status, CatalogKind::desired_state})
      if (auto erased = catalog.erase(kind, name);
          !erased && erased.error().code != ErrorCode::not_found)
        log_error("pipeline", erased.error().message, {{"detector", name}});
  }

  void say(const std::string& name, DetectorState state) {
    const auto text = document::to_json(
        document::write_status({.state = state, .changed_at = context_.clock.now()}));
    if (auto put = context_.store.catalog().put(CatalogKind::status, name, text, false); !put)
      log_warning("pipeline", put.error().message, {{"detector", name}});
  }

  void keep_house() {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_housekeeping_) return;
    next_housekeeping_ = now + housekeeping_pause;
    const auto note = [](const Result<void>& done) {
      if (!done) log_warning("retention", done.error().message);
    };
    for (const auto& [name, running] : running_)
      if (running.runner) note(drop_expired(running.runner->spec()));
    const TimePoint wall_now = context_.wall_clock.now();
    note(context_.store.outbox().drop_finished_before(wall_now - retention_));
    note(context_.store.catalog().drop_audit_before(wall_now - retention_));
    note(context_.store.inbox().drop_answers_before(wall_now - std::chrono::days(1)));
  }

  /// Counted back from the newest interval, so that old data that is loaded today is not gone
  /// tomorrow.
  Result<void> drop_expired(const DetectorSpec& spec) {
    auto& intervals = context_.store.intervals();
    const auto progress = intervals.progress(spec.name);
    if (!progress) return progress.error();
    if (!progress->last_interval) return ok();
    const auto zone = ingest::load_time_zone(spec.timestamp.timezone);
    if (!zone) return zone.error();
    const IntervalGrid grid(spec.interval, *zone);
    const TimePoint newest = grid.end_of(*progress->last_interval);
    return intervals.drop_before(spec.name, grid.index_of(newest - retention_));
  }

  const HostContext context_;
  const Duration retention_;
  MemoryBudget memory_;
  Runners running_;
  std::chrono::steady_clock::time_point next_housekeeping_;
  std::jthread thread_;
};

DetectorHost::DetectorHost(const HostContext& context, Duration retention)
    : body_(std::make_unique<Body>(context, retention)) {}

DetectorHost::~DetectorHost() = default;

}  // namespace bellwether::pipeline
