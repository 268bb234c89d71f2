#include "bellwether/pipeline/backtest.hpp"

#include <map>
#include <utility>

#include "bellwether/document/group_documents.hpp"
#include "bellwether/document/json.hpp"
#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/ingest/source.hpp"
#include "bellwether/ingest/time_zone_database.hpp"

#include "detector_pipeline.hpp"
#include "labels.hpp"
#include "points_writer.hpp"

namespace bellwether::pipeline {
namespace {

using ingest::Source;

/// Keeps what a backtest is run for: groups, scores and the agreement with labels.
class BacktestTarget final : public CommitTarget {
 public:
  BacktestTarget(const BacktestRequest& request, BacktestReport& report)
      : request_(request), report_(report) {
    if (request.points != nullptr) points_.emplace(request.detector, *request.points);
  }

  /// From now on anomalous leaves are flagged to `evaluation`.
  void judge_with(lab::Evaluation& evaluation) { evaluation_ = &evaluation; }

  Result<void> commit(const store::IntervalCommit& interval) override {
    ++report_.intervals;
    report_.rows += interval.quality.rows;
    report_.rejected.add(interval.quality.rejected);
    report_.series = interval.frame.series_count;
    if (points_) points_->write(interval.frame, interval.scored, interval.dictionary);
    for (const auto& group : interval.groups) open_groups_[group.id] = group;
    for (const auto& group : interval.groups)
      if (group.status == GroupStatus::closed) finish(group.id);
    if (evaluation_ != nullptr) flag(interval);
    return ok();
  }

  /// A backtest is never taken up again.
  Result<void> save_checkpoints(std::string_view /*detector*/,
                                std::span<const store::BlockCheckpoint> /*checkpoints*/) override {
    return ok();
  }

  /// The input is over: what is still open is written as it stands.
  void finish_all() {
    while (!open_groups_.empty()) finish(std::string(open_groups_.begin()->first));
  }

 private:
  void finish(const std::string& id) {
    ++report_.groups;
    if (request_.groups != nullptr)
      *request_.groups << document::to_json(document::write_group(open_groups_.at(id),
                                                                  document::GroupDetail::full))
                       << '\n';
    open_groups_.erase(id);
  }

  void flag(const store::IntervalCommit& interval) {
    for (const Anomaly& anomaly : interval.scored.anomalies)
      if (interval.dictionary.is_leaf(anomaly.series))
        evaluation_->flag(interval.dictionary.key(
                              anomaly.series, request_.detector.measures[anomaly.measure].column),
                          interval.frame.start);
  }

  const BacktestRequest& request_;
  BacktestReport& report_;
  std::optional<PointsWriter> points_;
  lab::Evaluation* evaluation_ = nullptr;
  std::map<std::string, AnomalyGroup> open_groups_;
};

/// How files are written for a detector whose rows are pushed: by their names.
RowFormat format_by_name(const std::string& path) {
  for (const std::string_view ending : {".json", ".jsonl", ".ndjson"})
    if (path.find(ending) != std::string::npos) return JsonFormat{};
  return CsvFormat{};
}

/// What went wrong with inputs of which no row was counted, by the first example there is.
Error no_rows(const BacktestRequest& request, const BacktestReport& report) {
  std::string message = "no row could be counted of";
  for (const auto& input : request.inputs) message.append(" '").append(input).append("'");
  if (!report.rejected.samples.empty())
    message.append("; for example: ").append(report.rejected.samples.front().message);
  return invalid_input(message);
}

/// All inputs are history: they may come in any order of time.
DetectorSpec with_inputs(const BacktestRequest& request) {
  DetectorSpec spec = request.detector;
  FileSourceSpec files;
  if (const auto* own = std::get_if<FileSourceSpec>(&spec.source)) {
    files.format = own->format;
  } else if (!request.inputs.empty()) {
    files.format = format_by_name(request.inputs.front());
  }
  files.historical = request.inputs;
  files.follow_links = true;  // Whoever runs the command names the files.
  spec.source = std::move(files);
  return spec;
}

/// Reads every input into the aggregator, then lets it go interval by interval.
Result<void> lead_rows(const BacktestRequest& request, const DetectorSpec& spec,
                       ingest::Aggregator& aggregator, DetectorPipeline& pipeline,
                       std::optional<TimePoint>& first) {
  auto source = ingest::make_file_source(spec, {}, nullptr);
  if (!source) return source.error();
  std::optional<TimePoint> newest;
  const auto process = [&](ingest::ClosedInterval interval) -> Result<void> {
    if (!first) first = interval.frame.start;
    if (request.progress && newest && *newest > *first)
      request.progress(0.5 + 0.5 * std::chrono::duration<double>(interval.frame.start - *first) /
                                 std::chrono::duration<double>(*newest - *first));
    return pipeline.process(interval, false);
  };
  double share = 0;
  while (true) {
    ingest::Intake intake;
    const RowBatch& batch = intake.batch;
    const auto state = (*source)->next(intake, std::chrono::milliseconds(0));
    if (!state) return state.error();
    if (*state == Source::State::ended) break;
    if (*state != Source::State::rows) continue;
    for (const TimePoint time : batch.timestamps) newest = std::max(newest.value_or(time), time);
    if (auto added = aggregator.add(batch, process); !added) return added;
    // How much is still to be read is not known; the bar nears the middle ever more slowly.
    share += (0.5 - share) / 50;
    if (request.progress) request.progress(share);
  }
  return aggregator.close_all(process);
}

}  // namespace

Result<BacktestReport> run_backtest(const BacktestRequest& request) {
  const DetectorSpec spec = with_inputs(request);
  auto zone = ingest::load_time_zone(spec.timestamp.timezone);
  if (!zone) return zone.error();
  const IntervalGrid grid(spec.interval, *std::move(zone));

  WorkerPool pool(request.workers);
  const SystemClock clock;
  BacktestReport report;
  BacktestTarget target(request, report);
  DetectorPipeline pipeline(spec, grid, {.pool = pool, .target = target, .wall_clock = clock});
  ingest::Aggregator aggregator(spec, grid, pipeline.dictionary(), std::nullopt, {});

  // The labels are judged from where the models may speak; that is known only once rows were read,
  // so the evaluation notes everything and is asked about the rest.
  lab::Evaluation evaluation(spec.interval);
  if (request.labels) {
    if (auto read = read_labels(*request.labels, spec, grid, evaluation); !read)
      return read.error();
    target.judge_with(evaluation);
  }
  std::optional<TimePoint> first;
  if (auto led = lead_rows(request, spec, aggregator, pipeline, first); !led) return led.error();
  target.finish_all();
  report.rejected.add(aggregator.rejected_since_close());
  if (report.intervals == 0) return no_rows(request, report);
  if (request.labels) {
    const TimePoint from =
        *first + spec.interval * static_cast<Duration::rep>(learning_intervals(spec));
    report.point_wise = evaluation.point_wise(from);
    report.event_wise = evaluation.event_wise(from);
  }
  return report;
}

}  // namespace bellwether::pipeline
