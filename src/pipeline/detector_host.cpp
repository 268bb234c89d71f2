#include "bellwether/pipeline/detector_host.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "bellwether/base/log.hpp"
#include "bellwether/base/step_pool.hpp"
#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/ingest/time_zone_database.hpp"

#include "catalog_view.hpp"
#include "detector_runner.hpp"
#include "memory_budget.hpp"
#include "start_marks.hpp"

namespace bellwether::pipeline {
namespace {

using std::chrono::steady_clock;
using store::CatalogKind;

constexpr std::chrono::milliseconds watch_time{500};
constexpr std::chrono::milliseconds watch_time_while_busy{20};
constexpr std::chrono::seconds restart_pause{5};
constexpr std::chrono::hours housekeeping_pause{1};

bool opens_the_same(const Result<SourceSpec>& one, const Result<SourceSpec>& other) {
  if (one && other) return *one == *other;
  return !one && !other && one.error() == other.error();
}

/// So many detectors are put back from the store at one time. It bounds, too, how many are suspects
/// when the process dies meanwhile.
constexpr std::size_t most_restoring = 64;

/// A detector that takes longer to stop is called hanging.
constexpr std::chrono::seconds stop_patience{30};

/// Steps of pipelines compute and write: more of them at one time than this gain nothing.
constexpr StepPool::Limits pipeline_threads{.prompt_threads = 8,
                                            .prompt_time = std::chrono::milliseconds(1000)};

/// Calls of sources wait for others, and one that does must not keep the next one waiting.
constexpr StepPool::Limits source_threads{.prompt_threads = 32,
                                          .prompt_time = std::chrono::milliseconds(200)};

}  // namespace

class DetectorHost::Body {
 public:
  Body(const HostContext& context, Duration retention)
      : context_(context),
        retention_(retention),
        memory_(context.memory_bytes),
        source_bytes_("the half of server.memory that sources may hold", context.bytes.bytes() / 2,
                      context.bytes),
        starts_(context.store.catalog()),
        pipelines_("detectors", pipeline_threads),
        sources_("detectors' sources", source_threads),
        thread_([this](const std::stop_token& stop) { run(stop); }) {
    context_.metrics.set("bellwether_memory_budget_bytes", "What all detectors may hold in memory.",
                         {}, static_cast<double>(memory_.bytes()));
  }

  void request_stop() { thread_.request_stop(); }

  void wait_until_ended() {
    std::unique_lock lock(unfinished_mutex_);
    all_ended_.wait(lock, [this] { return has_all_ended_; });
  }

  std::vector<std::string> unfinished() const {
    const std::lock_guard lock(unfinished_mutex_);
    return unfinished_;
  }

 private:
  struct Running {
    std::unique_ptr<DetectorRunner> runner;
    steady_clock::time_point not_before;               ///< When a failed one may be tried again.
    std::optional<steady_clock::time_point> stopping;  ///< Since when it is being stopped.
    bool is_hanging = false;                    ///< It takes too long to stop, and this was logged.
    std::optional<StartMarks::Version> barred;  ///< This version is not to be started.
  };

  using Runners = std::map<std::string, Running>;

  void run(const std::stop_token& stop) {
    if (auto loaded = starts_.load(); !loaded) log_error("pipeline", loaded.error().message);
    std::optional<std::uint64_t> seen;  // An empty catalog is read once, too.
    while (!stop.stop_requested()) {
      // What is wrong with one round, be it the memory, is tried again with the next.
      try {
        go_round(seen);
        context_.store.catalog().wait_for_change(seen.value_or(0), pause());
      } catch (const std::exception& failure) {
        log_error("pipeline", std::string("looking after the detectors: ") + failure.what());
        sleep_for(stop, watch_time);
      }
    }
    starts_.close();
    for (auto& [name, running] : running_) stop_runner(running);
    while (!running_.empty()) {
      std::erase_if(running_, [](const auto& one) { return has_ended(one.second); });
      note_unfinished();
      sleep_for({}, watch_time_while_busy);
    }
    const std::lock_guard lock(unfinished_mutex_);
    has_all_ended_ = true;
    all_ended_.notify_all();
  }

  void go_round(std::optional<std::uint64_t>& seen) {
    const auto revision = context_.store.catalog().revision();
    bool is_due = revision != seen || has_waiting_starts_;
    for (auto& [name, running] : running_) is_due |= needs_attention(name, running);
    if (is_due) follow_catalog();
    seen = revision;
    note_unfinished();
    keep_house();
  }

  std::chrono::milliseconds pause() const {
    const bool is_stopping = std::ranges::any_of(
        running_, [](const auto& one) { return one.second.stopping && !one.second.is_hanging; });
    return is_stopping || has_waiting_starts_ ? watch_time_while_busy : watch_time;
  }

  static bool has_ended(const Running& running) {
    return !running.runner || running.runner->has_ended();
  }

  bool needs_attention(const std::string& name, Running& running) {
    if (running.barred) return false;
    if (!running.runner) return steady_clock::now() >= running.not_before;
    if (!running.stopping)
      return running.runner->progress() == DetectorRunner::Progress::failed_for_now;
    if (running.runner->has_ended()) return true;
    if (!running.is_hanging && steady_clock::now() - *running.stopping >= stop_patience) {
      running.is_hanging = true;
      log_warning(
          "pipeline",
          "it was told to stop and has not ended, most likely for a call of its source that "
          "blocks; others go on, and nothing of this name starts until it has",
          {{"detector", name}});
    }
    return false;
  }

  /// Which detectors are awaited at the end, and how many do not stop, for those who look on.
  void note_unfinished() {
    std::vector<std::string> names;
    std::size_t hanging = 0;
    for (const auto& [name, running] : running_) {
      if (running.stopping) names.push_back(name);
      hanging += running.is_hanging ? 1 : 0;
    }
    context_.metrics.set("bellwether_detectors_hanging",
                         "Detectors that were told to stop and do not end.", {},
                         static_cast<double>(hanging));
    const std::lock_guard lock(unfinished_mutex_);
    unfinished_ = std::move(names);
  }

  void follow_catalog() {
    auto view = read_catalog(context_.store.catalog());
    context_.health.report("catalog", view.has_value(), view ? "" : view.error().message);
    if (!view) return;
    rights_ = {std::move(view->connections), context_.allow_paths};
    for (auto it = running_.begin(); it != running_.end();) {
      const bool is_gone = !view->detectors.contains(it->first);
      if (is_gone) starts_.finish(it->first);
      it = is_gone && stop_runner(it->second) ? forget(it) : std::next(it);
    }
    has_waiting_starts_ = false;
    for (const auto& [name, wanted] : view->detectors) follow(name, wanted);
    if (has_waiting_starts_) start_a_suspect(*view);
    for (auto& [name, running] : running_)
      if (running.runner) running.runner->set_rules(view->rules);
  }

  Runners::iterator forget(Runners::iterator it) {
    context_.health.forget("detector " + it->first);
    return running_.erase(it);
  }

  /// Tells it to stop. True when it has ended and is gone; else it will be looked at again.
  static bool stop_runner(Running& running) {
    if (running.runner && !running.stopping) {
      running.stopping = steady_clock::now();
      running.runner->request_stop();
    }
    if (!has_ended(running)) return false;
    running.runner.reset();
    running.stopping.reset();
    running.is_hanging = false;
    return true;
  }

  void follow(const std::string& name, const CatalogView::Wanted& wanted) {
    auto found = running_.find(name);
    switch (wanted.state) {
      case DesiredState::deleted:
        say(name, DetectorState::deleting);
        if (found != running_.end() && !stop_runner(found->second)) return;
        if (found != running_.end()) forget(found);
        erase(name);
        return;
      case DesiredState::inactive:
        if (found == running_.end()) return;
        if (!found->second.stopping) say(name, DetectorState::deactivating);
        if (!stop_runner(found->second)) return;
        forget(found);
        say(name, DetectorState::deactivated);
        return;
      case DesiredState::active:
        keep_running(wanted, RunKind::continuous);
        return;
      case DesiredState::backtest:
        keep_running(wanted, RunKind::backtest);
        return;
    }
  }

  void keep_running(const CatalogView::Wanted& wanted, RunKind kind) {
    const DetectorSpec& spec = wanted.spec;
    const StartMarks::Version version{wanted.revision, wanted.order_revision};
    auto& running = running_[spec.name];
    if (running.barred == version) return;
    running.barred.reset();
    if (running.runner && !make_room(running, wanted, kind)) return;
    if (steady_clock::now() < running.not_before) return;
    switch (starts_.verdict(spec.name, version)) {
      case StartMarks::Verdict::sound:
        if (count_restoring() < most_restoring) return start(running, wanted, kind);
        has_waiting_starts_ = true;
        return;
      case StartMarks::Verdict::suspect:
        has_waiting_starts_ = true;
        return;
      case StartMarks::Verdict::barred:
        running.barred = version;
        return bar(spec.name);
    }
  }

  /// True when the runner is gone that another one is to take the place of.
  bool make_room(Running& running, const CatalogView::Wanted& wanted, RunKind kind) {
    const DetectorSpec& spec = wanted.spec;
    const auto progress = running.runner->progress();
    const bool is_same = running.runner->spec() == spec && running.runner->kind() == kind &&
                         opens_the_same(running.runner->source(), source_of(wanted));
    const bool is_ordered_again = progress == DetectorRunner::Progress::failed &&
                                  running.runner->version().order != wanted.order_revision;
    const bool is_to_be_tried_again = progress == DetectorRunner::Progress::failed_for_now;
    if (is_same && !running.stopping && !is_to_be_tried_again && !is_ordered_again) return false;
    const bool loses_data = !keeps_data(running.runner->spec(), spec);
    if (!stop_runner(running)) return false;
    if (is_same && is_to_be_tried_again) running.not_before = steady_clock::now() + restart_pause;
    if (loses_data) forget_data(spec.name);
    return true;
  }

  void start(Running& running, const CatalogView::Wanted& wanted, RunKind kind) {
    log_info("pipeline", "starting detector", {{"detector", wanted.spec.name}});
    running.runner = std::make_unique<DetectorRunner>(
        wanted.spec, source_of(wanted), kind,
        StartMarks::Version{wanted.revision, wanted.order_revision},
        RunnerContext{context_.store, context_.pool, context_.clock, context_.wall_clock,
                      context_.metrics, context_.health, source_bytes_, context_.aws, memory_,
                      pipelines_, sources_, starts_, context_.open_source});
  }

  /// What a detector's source opens, or why its author must not name that.
  Result<SourceSpec> source_of(const CatalogView::Wanted& wanted) const {
    return resolve_source(wanted.spec.source, wanted.author, rights_);
  }

  std::size_t count_restoring() const {
    return static_cast<std::size_t>(std::ranges::count_if(running_, [](const auto& one) {
      return one.second.runner && one.second.runner->is_restoring();
    }));
  }

  static bool is_starting(const Running& running) {
    return running.runner && running.runner->progress() == DetectorRunner::Progress::running &&
           !running.runner->has_started();
  }

  /// One at a time, after all others and when no other start is under way: if the process dies
  /// again, it is known for which detector. Whatever is least suspected comes first, and of that
  /// what waits for no source.
  void start_a_suspect(const CatalogView& view) {
    const CatalogView::Wanted* next = nullptr;
    std::tuple<std::uint32_t, bool> rank;
    for (const auto& [name, running] : running_) {
      if (is_starting(running)) return;
      const auto found = view.detectors.find(name);
      if (found == view.detectors.end() || running.runner || running.barred) continue;
      const CatalogView::Wanted& wanted = found->second;
      const StartMarks::Version version{wanted.revision, wanted.order_revision};
      if (starts_.verdict(name, version) != StartMarks::Verdict::suspect) return;
      if (steady_clock::now() < running.not_before) continue;
      const bool waits = !std::holds_alternative<HttpSourceSpec>(wanted.spec.source);
      const std::tuple its_rank(starts_.deaths(name), waits);
      if (next == nullptr || its_rank < rank) {
        next = &wanted;
        rank = its_rank;
      }
    }
    if (next == nullptr) return;
    log_warning("pipeline", "starting it alone: the server has ended during its start before",
                {{"detector", next->spec.name}});
    start(running_[next->spec.name], *next,
          next->state == DesiredState::backtest ? RunKind::backtest : RunKind::continuous);
  }

  void bar(const std::string& name) {
    const std::string reason = "the server ended " + std::to_string(StartMarks::most_deaths) +
                               " times in a row while this detector was being started, and no "
                               "other; change it, or activate it to try again";
    log_error("pipeline", reason, {{"detector", name}});
    context_.health.report_detail("detector " + name, false, reason);
    say(name, DetectorState::failed, reason);
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
    starts_.finish(name);
    for (const CatalogKind kind : {CatalogKind::detector, CatalogKind::status, CatalogKind::start,
                                   CatalogKind::desired_state})
      if (auto erased = catalog.erase(kind, name);
          !erased && erased.error().code != ErrorCode::not_found)
        log_error("pipeline", erased.error().message, {{"detector", name}});
  }

  void say(const std::string& name, DetectorState state, const std::string& failure = "") {
    const auto text = document::to_json(document::write_status(
        {.state = state, .failure = failure, .changed_at = context_.clock.now()}));
    if (auto put = context_.store.catalog().put(CatalogKind::status, name, text, false); !put)
      log_warning("pipeline", put.error().message, {{"detector", name}});
  }

  void keep_house() {
    const auto now = steady_clock::now();
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
  ByteBudget source_bytes_;
  SourceRights rights_;  ///< As the catalog has them.
  StartMarks starts_;
  StepPool pipelines_;
  StepPool sources_;
  Runners running_;  ///< By name; what is being stopped is among them until it has ended.
  bool has_waiting_starts_ = false;
  steady_clock::time_point next_housekeeping_;
  mutable std::mutex unfinished_mutex_;
  std::vector<std::string> unfinished_;
  std::condition_variable all_ended_;
  bool has_all_ended_ = false;
  std::jthread thread_;
};

DetectorHost::DetectorHost(const HostContext& context, Duration retention)
    : body_(std::make_unique<Body>(context, retention)) {}

DetectorHost::~DetectorHost() = default;

void DetectorHost::request_stop() { body_->request_stop(); }

void DetectorHost::wait_until_ended() { body_->wait_until_ended(); }

std::vector<std::string> DetectorHost::unfinished() const { return body_->unfinished(); }

}  // namespace bellwether::pipeline
