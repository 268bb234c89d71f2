#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/quality.hpp"
#include "bellwether/lab/evaluation.hpp"

namespace bellwether::pipeline {

/// What to run a detector over, and where its findings go.
struct BacktestRequest {
  DetectorSpec detector;              ///< Its source says how the inputs are written.
  std::vector<std::string> inputs;    ///< Files or globs: CSV or JSON lines, plain or gzip.
  std::optional<std::string> labels;  ///< CSV of the rows with `<measure>_label` columns.
  std::size_t workers = 1;
  std::ostream* groups = nullptr;              ///< Gets each finished group as a line of JSON.
  std::ostream* points = nullptr;              ///< Gets every score as CSV.
  std::function<void(double share)> progress;  ///< Called now and then, from 0 to 1; may be empty.
};

struct BacktestReport {
  std::uint64_t rows = 0;
  RejectedRows rejected;
  std::uint64_t intervals = 0;
  std::uint64_t series = 0;
  std::uint64_t groups = 0;
  std::optional<lab::Agreement> point_wise;  ///< Against the labels, where there were any.
  std::optional<lab::Agreement> event_wise;
};

/// Leads history through the very pipeline that `serve` runs, without a server and without leaving
/// anything behind but what it writes.
///
/// Errors   invalid_input: an input or the labels cannot be read, or hold no row.
Result<BacktestReport> run_backtest(const BacktestRequest& request);

}  // namespace bellwether::pipeline
