#include <algorithm>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <variant>

#include "bellwether/ingest/row_reader.hpp"
#include "bellwether/ingest/source.hpp"

#include "import_position.hpp"
#include "interval_schedule.hpp"
#include "s3_access.hpp"
#include "s3_history.hpp"
#include "s3_intervals.hpp"
#include "s3_position.hpp"

namespace bellwether::ingest {
namespace {

constexpr std::string_view stream_name = "s3";

class S3Source final : public Source {
 public:
  S3Source(const DetectorSpec& spec, S3SourceSpec s3, PathTemplate keys, IntervalSchedule schedule,
           const Clock* clock, const SourceContext& context)
      : spec_(spec),
        s3_(std::move(s3)),
        keys_(std::move(keys)),
        schedule_(std::move(schedule)),
        clock_(clock),
        access_(spec_, s3_, context, stop_.get_token()) {}

  /// Takes up where an earlier run stopped, or begins.
  void start(std::optional<S3Position> from);

  Result<State> next(Intake& intake, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(const SourcePosition& /*position*/) override { return ok(); }
  bool imports_intervals() const override { return true; }
  void interrupt() override { stop_.request_stop(); }

 private:
  Result<State> read_history(Intake& intake);
  void begin_intervals(std::optional<IntervalIndex> newest_known, std::uint64_t next_row);

  const DetectorSpec spec_;
  const S3SourceSpec s3_;
  const PathTemplate keys_;
  const IntervalSchedule schedule_;
  const Clock* const clock_;
  std::stop_source stop_;
  const S3Access access_;
  std::unique_ptr<S3History> history_;      ///< While old rows are read.
  std::unique_ptr<S3Intervals> intervals_;  ///< After that; neither: ended.
};

void S3Source::start(std::optional<S3Position> from) {
  const bool is_live = from && !from->is_historical;
  if (is_live && clock_ != nullptr && !s3_.path.empty()) {
    intervals_ = std::make_unique<S3Intervals>(access_, spec_, s3_, keys_, schedule_,
                                               *std::move(from), false);
  } else if (!is_live && !s3_.historical.empty()) {
    history_ = std::make_unique<S3History>(access_, spec_, s3_, schedule_.grid(),
                                           std::move(from).value_or(S3Position{}));
  } else if (!is_live) {
    begin_intervals(std::nullopt, 0);
  }
}

Result<Source::State> S3Source::next(Intake& intake, std::chrono::milliseconds wait) {
  if (!history_ && !intervals_) return State::ended;
  auto state = history_ ? read_history(intake) : intervals_->next(intake, *clock_, wait);
  intake.batch.stream = stream_name;
  return state;
}

Result<Source::State> S3Source::read_history(Intake& intake) {
  std::optional<TimePoint> now;
  std::optional<TimePoint> latest_allowed;
  if (clock_ != nullptr) {
    now = clock_->now();
    latest_allowed = latest_allowed_at(*now, spec_.interval);
  }
  const auto state = history_->next(intake, latest_allowed);
  if (!state) return state.error();
  intake.batch.received_at = now;
  if (*state) return **state;
  begin_intervals(history_->newest(), history_->next_row());
  history_.reset();
  return State::historical_done;
}

/// Where there was history the intervals after it come next, else those of the lookback.
void S3Source::begin_intervals(std::optional<IntervalIndex> newest_known, std::uint64_t next_row) {
  if (clock_ == nullptr || s3_.path.empty()) return;
  const Lookback lookback =
      s3_.lookback.value_or(Lookback{.span = Duration(0), .intervals = learning_intervals(spec_)});
  IntervalIndex first = schedule_.first(clock_->now(), lookback);
  if (newest_known) first = std::max(first, *newest_known + 1);
  S3Position position{.next_row = next_row, .interval = schedule_.grid().start_of(first)};
  intervals_ = std::make_unique<S3Intervals>(access_, spec_, s3_, keys_, schedule_,
                                             std::move(position), !newest_known);
}

}  // namespace

Result<std::unique_ptr<Source>> make_s3_source(const DetectorSpec& spec, const SourcePosition& from,
                                               const Clock* clock, const SourceContext& context) {
  const auto* s3 = std::get_if<S3SourceSpec>(&spec.source);
  if (s3 == nullptr) return internal_error("the detector's source is not an S3 source");
  for (const Problems& problems : {validate(*s3), validate_timestamp(spec.timestamp)})
    if (!problems.empty())
      return invalid_input(problems.front().field + ": " + problems.front().message);
  if (clock == nullptr && s3->historical.empty())
    return invalid_input("a backtest of an S3 source needs s3.historical");
  std::optional<S3Position> position;
  if (const StreamPosition* known = find_stream(from, stream_name)) {
    auto parsed = parse_s3_position(known->resume_at);
    if (!parsed) return parsed.error();
    position = *std::move(parsed);
  }
  // A path without a bucket is an empty one here, and never rendered.
  const auto location = parse_s3_location(s3->path);
  auto keys = PathTemplate::compile(location ? location->key : "");
  if (!keys) return keys.error();
  auto schedule = IntervalSchedule::make(spec);
  if (!schedule) return schedule.error();
  auto source =
      std::make_unique<S3Source>(spec, *s3, *std::move(keys), *std::move(schedule), clock, context);
  source->start(std::move(position));
  return std::unique_ptr<Source>(std::move(source));
}

}  // namespace bellwether::ingest
