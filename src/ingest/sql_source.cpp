#include "sql_source.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "bellwether/base/log.hpp"

#include "import_position.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::chrono::seconds longest_idle_session(30);

const SystemClock wall_clock;

}  // namespace

SqlSource::SqlSource(const DetectorSpec& spec, const SqlImportSettings& settings,
                     IntervalSchedule schedule, std::unique_ptr<SqlDatabase> database,
                     const Clock* clock)
    : spec_(spec),
      settings_(settings),
      schedule_(std::move(schedule)),
      database_(std::move(database)),
      clock_(clock == nullptr ? &wall_clock : clock),
      is_backtest_(clock == nullptr),
      patience_(settings.give_up_after) {}

Result<void> SqlSource::continue_from(const SourcePosition& from) {
  const StreamPosition* stream = find_stream(from, SqlIntake::stream_name);
  if (stream == nullptr) return ok();
  const auto position = parse_import_position(SqlIntake::stream_name, stream->resume_at);
  if (!position) return position.error();
  next_interval_ = schedule_.grid().index_of(position->next);
  next_row_ = stream->resume_row;
  return ok();
}

void SqlSource::interrupt() {
  is_interrupted_ = true;
  database_->interrupt();
}

Result<Source::State> SqlSource::next(Intake& intake, std::chrono::milliseconds wait) {
  if (!next_interval_) begin_where_nothing_is_known();
  while (handouts_.empty()) {
    if (is_interrupted_) return Error{ErrorCode::cancelled, "the source is being stopped"};
    if (error_) return *std::exchange(error_, std::nullopt);
    if (!is_querying_)
      if (const auto state = wait_until_due(wait)) return *state;
    if (auto advanced = advance(); !advanced) return advanced.error();
  }
  intake = std::move(handouts_.front().intake);
  const State state = handouts_.front().state;
  handouts_.pop_front();
  return state;
}

void SqlSource::begin_where_nothing_is_known() {
  next_interval_ = schedule_.first(clock_->now(), settings_.historical);
}

/// What there is to say while no interval is due; nothing when one is.
std::optional<Source::State> SqlSource::wait_until_due(std::chrono::milliseconds wait) {
  if (has_ended_) return State::ended;
  if (schedule_.newest_due(clock_->now()) >= *next_interval_) return std::nullopt;
  if (!std::exchange(has_told_history_, true)) return State::historical_done;
  if (is_backtest_) {
    has_ended_ = true;
    return State::ended;
  }
  const auto due_in = clock_->real_time_until(schedule_.due_at(*next_interval_));
  if (due_in > longest_idle_session) connection_.reset();
  std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(wait, due_in));
  return State::idle;
}

/// Takes one step with the database. Failures that are dealt with leave handouts or an error to be
/// told.
Result<void> SqlSource::advance() {
  const std::size_t before = handouts_.size();
  auto stage = Stage::connecting;
  auto stepped = connection_ ? ok() : connect();
  if (stepped && !is_querying_) {
    stage = Stage::beginning;
    stepped = begin_query();
  }
  if (stepped) {
    stage = Stage::fetching;
    stepped = fetch();
  }
  note_progress(before);
  return stepped ? ok() : recover(stepped.error(), stage);
}

Result<void> SqlSource::connect() {
  auto connection = database_->connect();
  if (!connection) return connection.error();
  const auto columns = (*connection)->columns();
  if (!columns) return columns.error();
  auto intake = SqlIntake::make(spec_, schedule_.grid(), *columns);
  if (!intake) return intake.error();
  intake_ = *std::move(intake);
  connection_ = std::move(*connection);
  return ok();
}

Result<void> SqlSource::begin_query() {
  const IntervalIndex due = schedule_.newest_due(clock_->now());
  const IntervalIndex first = *next_interval_;
  const IntervalIndex end = first + std::clamp<IntervalIndex>(due - first + 1, 1, at_once_);
  const auto& grid = schedule_.grid();
  const SqlTimeColumn& time = intake_->time_column();
  const SqlBounds bounds{.from = time.bound(grid.start_of(first)),
                         .to = time.bound(grid.start_of(end)),
                         .is_in_order = end - first > 1};
  if (auto begun = connection_->begin(bounds); !begun) return begun;
  intake_->begin(first, end, next_row_);
  is_querying_ = true;
  return ok();
}

Result<void> SqlSource::fetch() {
  const auto rows = connection_->fetch();
  if (!rows) return rows.error();
  if ((*rows)->row_count() > 0) {
    intake_->take(**rows, handouts_);
    return ok();
  }
  intake_->finish(handouts_);
  is_querying_ = false;
  at_once_ = std::min(at_once_ * 2, most_intervals_at_once);
  return ok();
}

/// Intervals that were completed are done with, whatever becomes of the next.
void SqlSource::note_progress(std::size_t handouts_before) {
  const bool has_completed =
      std::any_of(handouts_.begin() + static_cast<std::ptrdiff_t>(handouts_before), handouts_.end(),
                  [](const Handout& handout) { return handout.state == State::interval_done; });
  if (!has_completed) return;
  patience_.renew();
  next_interval_ = intake_->interval();
  next_row_ = intake_->first_row_of_interval();
}

Result<void> SqlSource::recover(const Error& error, Stage stage) {
  const bool may_pass = is_retryable(error);
  if (!may_pass && stage != Stage::fetching) return error;
  connection_.reset();
  const bool was_querying = std::exchange(is_querying_, false);
  const bool was_alone = !was_querying || intake_->end() - intake_->interval() <= 1;
  at_once_ = std::max<IntervalIndex>(1, may_pass ? at_once_ / 2 : 1);
  // What fails over a row is asked for again interval by interval, so that only its own is lost.
  const bool gives_up =
      may_pass ? patience_.is_over_after_failure(std::chrono::steady_clock::now()) : was_alone;
  const TimePoint interval = schedule_.grid().start_of(*next_interval_);
  if (!was_querying && gives_up) {
    // Not even begun: the intake of an earlier session, or none at all, knows nothing of it.
    handouts_.push_back({State::interval_done, {.interval = interval, .failure = error.message}});
    RowBatch& batch = handouts_.back().intake.batch;
    batch = make_row_batch(spec_);
    batch.stream = SqlIntake::stream_name;
    batch.first_row = batch.end_row = next_row_;
    ++*next_interval_;
    batch.resume_at = batch.resume_after =
        to_text(SqlIntake::stream_name, ImportPosition{schedule_.grid().start_of(*next_interval_)});
  } else if (gives_up) {
    intake_->fail(error.message, handouts_);
    next_interval_ = intake_->interval();
    next_row_ = intake_->first_row_of_interval();
  } else if (was_querying && intake_->has_handed_out()) {
    handouts_.push_back({State::interval_restarted, {.interval = interval}});
  }
  if (gives_up) {
    log_warning("source", "an interval is given up: " + error.message,
                {{"detector", spec_.name}, {"interval", to_rfc3339(interval)}});
    patience_.renew();
    return ok();
  }
  if (may_pass) error_ = error;
  return ok();
}

}  // namespace bellwether::ingest
