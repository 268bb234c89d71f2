#include "bellwether/pipeline/backtest.hpp"

#include <iomanip>

#include "bellwether/config/load_settings.hpp"

#include "commands.hpp"
#include "destination.hpp"
#include "exit_code.hpp"
#include "progress_bar.hpp"

namespace bellwether::cli {
namespace {

Result<DetectorSpec> find_detector(const BacktestArguments& arguments) {
  const auto loaded = config::load_settings(arguments.config);
  if (!loaded.problems.empty()) {
    std::string lines = "the configuration is not usable:";
    for (const auto& problem : loaded.problems)
      lines += "\n" + config::to_line(problem, arguments.config);
    return invalid_input(lines);
  }
  const auto& detectors = loaded.settings.detectors;
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
  const auto flags = out.flags();
  const auto precision = out.precision();
  out << std::fixed << std::setprecision(3);
  if (report.point_wise) write_agreement("point-wise", *report.point_wise, out);
  if (report.event_wise) write_agreement("event-wise", *report.event_wise, out);
  out.flags(flags);
  out.precision(precision);
}

Result<pipeline::BacktestReport> run_over_history(const BacktestArguments& arguments,
                                                  const Console& console) {
  auto detector = find_detector(arguments);
  if (!detector) return detector.error();
  auto groups = Destination::open(arguments.output, console.out);
  if (!groups) return groups.error();
  auto points = Destination::open(arguments.points.value_or("-"), console.out);
  if (!points) return points.error();

  pipeline::BacktestRequest request;
  request.detector = std::move(*detector);
  request.inputs = arguments.inputs;
  request.labels = arguments.labels;
  request.workers = arguments.workers;
  request.groups = &groups->stream();
  if (arguments.points) request.points = &points->stream();
  ProgressBar bar(console, "backtest");
  request.progress = [&bar](double share) { bar.show(share); };

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
