#include "bellwether/pipeline/backtest.hpp"

#include <fstream>
#include <iomanip>
#include <memory>

#include "bellwether/config/load_settings.hpp"

#include "commands.hpp"
#include "exit_code.hpp"
#include "progress_bar.hpp"

namespace bellwether::cli {
namespace {

Result<DetectorSpec> find_detector(const BacktestArguments& arguments) {
  const auto settings = config::load_settings(arguments.config);
  if (!settings) return settings.error();
  const auto& detectors = settings->detectors;
  if (arguments.detector.empty() && detectors.size() == 1) return detectors.front();
  std::string names;
  for (const auto& detector : detectors) {
    if (detector.name == arguments.detector) return detector;
    names += (names.empty() ? "" : ", ") + detector.name;
  }
  if (names.empty()) return invalid_input(arguments.config + ": has no detector");
  if (arguments.detector.empty())
    return invalid_input(arguments.config +
                         ": has several detectors; choose with --detector: " + names);
  return invalid_input(arguments.config + ": has no detector '" + arguments.detector +
                       "'; it has: " + names);
}

/// A file that results go to, or standard output for `-`.
class Destination {
 public:
  static Result<Destination> open(const std::string& path, const Console& console) {
    Destination destination;
    destination.path_ = path;
    destination.stream_ = &console.out;
    if (path == "-") return destination;
    destination.file_ = std::make_unique<std::ofstream>(path, std::ios::binary | std::ios::trunc);
    destination.stream_ = destination.file_.get();
    if (!*destination.file_) return invalid_input("cannot write to '" + path + "'");
    return destination;
  }

  std::ostream* stream() const { return stream_; }

  Result<void> finish() const {
    stream_->flush();
    if (stream_->good()) return ok();
    return unavailable("writing '" + path_ + "' failed: is the disk full?");
  }

 private:
  std::string path_;
  std::unique_ptr<std::ofstream> file_;
  std::ostream* stream_ = nullptr;
};

void write_agreement(std::string_view name, const lab::Agreement& agreement, std::ostream& out) {
  out << name << "  precision " << agreement.precision() << "  recall " << agreement.recall()
      << "  F1 " << agreement.f1() << "  (" << agreement.true_positives << " found, "
      << agreement.false_negatives << " missed, " << agreement.false_positives
      << " false alarms)\n";
}

void write_report(const pipeline::BacktestReport& report, std::ostream& out) {
  out << "rows       " << report.rows << "\nintervals  " << report.intervals << "\nseries     "
      << report.series << "\ngroups     " << report.groups << '\n';
  if (report.rejected.total() > 0) out << "rejected   " << report.rejected.total() << '\n';
  for (std::size_t i = 0; i < row_fault_count; ++i)
    if (report.rejected.counts[i] > 0)
      out << "  " << to_string(static_cast<RowFault>(i)) << ": " << report.rejected.counts[i]
          << '\n';
  for (const auto& sample : report.rejected.samples)
    out << "  row " << sample.row << ": " << sample.message << '\n';
  out << std::fixed << std::setprecision(3);
  if (report.point_wise) write_agreement("point-wise", *report.point_wise, out);
  if (report.event_wise) write_agreement("event-wise", *report.event_wise, out);
}

Result<pipeline::BacktestReport> run_over_history(const BacktestArguments& arguments,
                                                  const Console& console) {
  auto detector = find_detector(arguments);
  if (!detector) return detector.error();
  const auto groups = Destination::open(arguments.output, console);
  if (!groups) return groups.error();
  pipeline::BacktestRequest request;
  request.detector = std::move(*detector);
  request.inputs = arguments.inputs;
  request.labels = arguments.labels;
  request.workers = arguments.workers;
  request.groups = groups->stream();
  ProgressBar bar(console, "backtest");
  request.progress = [&bar](double share) { bar.show(share); };
  if (!arguments.points) {
    auto report = pipeline::run_backtest(request);
    if (!report) return report;
    if (auto kept = groups->finish(); !kept) return kept.error();
    return report;
  }
  const auto points = Destination::open(*arguments.points, console);
  if (!points) return points.error();
  request.points = points->stream();
  auto report = pipeline::run_backtest(request);
  if (!report) return report;
  if (auto kept = groups->finish(); !kept) return kept.error();
  if (auto kept = points->finish(); !kept) return kept.error();
  return report;
}

}  // namespace

int backtest(const BacktestArguments& arguments, const Console& console) {
  const auto found = run_over_history(arguments, console);
  if (!found) return report(console, found.error());
  write_report(*found, console.error);
  return exit_ok;
}

}  // namespace bellwether::cli
