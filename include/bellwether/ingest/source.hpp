#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::ingest {

/// Where rows come from: a topic, a bucket, a file, a push.
///
/// Threads  each source is driven by one thread of its own.
class Source {
 public:
  virtual ~Source() = default;

  /// What `next` found.
  enum class State {
    rows,             ///< The batch holds rows, or rejected rows.
    idle,             ///< Nothing for now; all that exists has been handed out.
    historical_done,  ///< The bulk of old rows is complete; live rows may follow.
    ended,            ///< There will never be more.
  };

  /// Waits for rows, at most for `wait`. The batch is filled only for `rows`.
  ///
  /// Errors   unavailable: try again later; any other is final for this source.
  virtual Result<State> next(RowBatch& batch, std::chrono::milliseconds wait) = 0;

  /// Every row before `position` is committed and need not be handed out again.
  virtual Result<void> acknowledge(const SourcePosition& position) = 0;
};

/// Reads files of this host: the historical ones whole and first, then those of `path`, then, with
/// `follow`, what is appended and what appears. Files are read in order of name.
///
/// Order    rows of one file in file order; stream "files", positions name file and byte.
/// `from` is where an earlier run had got to; empty at first. `clock` may be null: then no row is
/// too far in the future (history, backtests).
Result<std::unique_ptr<Source>> make_file_source(const DetectorSpec& spec,
                                                 const SourcePosition& from, const Clock* clock);

}  // namespace bellwether::ingest
