#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bellwether/base/byte_budget.hpp"
#include "bellwether/base/clock.hpp"
#include "bellwether/base/metrics.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/base/time.hpp"
#include "bellwether/domain/aws_defaults.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/row_batch.hpp"

namespace bellwether::ingest {

/// How far event time has come in a source whose streams are read side by side. A row moves it no
/// further than its batch's `received_at`.
struct EventTime {
  std::optional<TimePoint> stream_newest;  ///< Of the batch's stream, before the batch.
  std::optional<TimePoint> watermark;      ///< No stream that counts has less, after the batch.

  bool operator==(const EventTime&) const = default;
};

/// What a source hands out at once.
struct Intake {
  /// For `rows`. For `interval_done` without rows, but with the stream and where it stands now.
  RowBatch batch;
  TimePoint interval{};  ///< For `interval_restarted` and `interval_done`: its start.
  /// For `interval_done`: why its rows could not be had. Those handed out are then void. For
  /// `rows`, `waiting` and `idle`: what is wrong with the source, which goes on by itself.
  std::string failure;
  /// For `rows`, `waiting` and `idle` of a source with several streams: then no row closes an
  /// interval, but the watermark does.
  std::optional<EventTime> event_time;
};

/// Where rows come from: a topic, a bucket, a file, a push.
///
/// Threads  one at a time, but not always the same.
class Source {
 public:
  virtual ~Source() = default;

  /// What `next` found.
  enum class State {
    rows,                ///< The batch holds rows, or rejected rows.
    waiting,             ///< Nothing for now, and more exists that cannot be had yet.
    idle,                ///< Nothing for now; all that exists has been handed out.
    historical_done,     ///< The bulk of old rows is complete; live rows may follow.
    interval_restarted,  ///< The rows handed out for an interval are void: they come anew, or
                         ///< never.
    interval_done,       ///< An interval was handed out whole, or its import failed.
    ended,               ///< There will never be more.
  };

  /// Waits for rows, at most for `wait`. Nobody waits where that is zero, but a call may block for
  /// as long as a disk or a server does.
  ///
  /// Errors   unavailable: try again later; any other is final for this source.
  virtual Result<State> next(Intake& intake, std::chrono::milliseconds wait) = 0;

  /// Every row before `position` is committed and need not be handed out again.
  virtual Result<void> acknowledge(const SourcePosition& position) = 0;

  /// Shows what only the source knows of itself. Called every few seconds, not beside `next`.
  virtual void measure(Metrics& /*metrics*/) {}

  /// Whether it reads interval by interval and says by `interval_done` when one is over: rows of
  /// one interval come together, in the order of intervals, and neither the clock nor a row closes
  /// one before.
  virtual bool imports_intervals() const { return false; }

  /// Asks for `wake` to be called, by any thread, whenever `next` may have found something new.
  /// True when it will be; else `next` is called now and then.
  virtual bool call_when_news(const std::function<void()>& /*wake*/) { return false; }

  /// Whether `next` has to be in a call that waits for most of the time, for what it listens to
  /// would come too late otherwise.
  virtual bool listens() const { return false; }

  /// The source is about to be given up: a `next` that waits for a server's answer returns soon, as
  /// does every later one. The one member that may be called from another thread.
  virtual void interrupt() {}
};

/// What sources are made with.
struct SourceContext {
  AwsDefaults aws{};  ///< For S3 sources that do not say otherwise.
  ByteBudget& bytes;  ///< For what all sources hold of remote answers; outlives them.
};

/// Reads files of this host: the historical ones whole and first, then those of `path`, then, with
/// `follow`, what is appended and what appears. Files are read in order of name.
///
/// Order    rows of one file in file order; stream "files", positions name file and byte.
/// `from` is where an earlier run had got to; empty at first. `clock` may be null: then no row is
/// too far in the future (history, backtests).
Result<std::unique_ptr<Source>> make_file_source(const DetectorSpec& spec,
                                                 const SourcePosition& from, const Clock* clock);

/// Consumes a Kafka topic as a member of a group.
///
/// Order    of each partition, which is a stream: "topic/partition", positions name the offset. The
///          watermark goes by the slowest partition that is not idle.
/// Errors   invalid_input for a property that is unknown or a secret that cannot be read. That no
///          broker can be reached is no error: the source goes on trying, and says so.
Result<std::unique_ptr<Source>> make_kafka_source(const DetectorSpec& spec,
                                                  const SourcePosition& from, const Clock* clock,
                                                  const SourceContext& context);

/// Reads objects of an S3-style service: the historical ones whole and first, then one folder per
/// interval, each when the interval is over by `clock`. Without a clock only the historical ones.
/// Listings and parts of objects count in the budget; while that is in use, parts wait.
Result<std::unique_ptr<Source>> make_s3_source(const DetectorSpec& spec, const SourcePosition& from,
                                               const Clock* clock, const SourceContext& context);

/// Asks PostgreSQL for whole intervals. Nothing is opened before the first `next`.
///
/// Order    of intervals; stream "sql", positions name the next interval to ask for.
/// `from` and `clock` as for files; without a clock it ends with what is due now.
Result<std::unique_ptr<Source>> make_postgres_source(const DetectorSpec& spec,
                                                     const SourcePosition& from, const Clock* clock,
                                                     const SourceContext& context);

/// Problems of a source that only its library could show, their fields below `source`.
Problems validate_source(const SourceSpec& source);

/// Opens the source that `spec` names, but for `http`, whose rows wait in the store.
Result<std::unique_ptr<Source>> make_source(const DetectorSpec& spec, const SourcePosition& from,
                                            const Clock* clock, const SourceContext& context);

}  // namespace bellwether::ingest
