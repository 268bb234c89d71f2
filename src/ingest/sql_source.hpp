#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/lookback.hpp"
#include "bellwether/ingest/source.hpp"

#include "interval_schedule.hpp"
#include "sql_connection.hpp"
#include "sql_intake.hpp"

namespace bellwether::ingest {

/// How a SQL source imports.
struct SqlImportSettings {
  Lookback historical;
  std::chrono::nanoseconds give_up_after{std::chrono::hours(1)};
};

/// Asks a database for one interval after the other, each once it is due; many at once while it
/// is behind.
///
/// A query that breaks off is asked again from its interval's beginning, for as long as an
/// interval may take; then the interval is given up and the next one follows. A query that fails
/// over its rows gives its interval up at once.
///
/// Errors   unavailable while an interval is being tried for again; what the database refuses
///          whatever the rows is final.
/// Cost     holds one batch of rows at a time.
class SqlSource final : public Source {
 public:
  /// Intervals of one query at most: what a query of old rows costs when it has to be repeated.
  static constexpr IntervalIndex most_intervals_at_once = 256;

  /// `clock` is null for a backtest: the source then ends with what is due now.
  SqlSource(const DetectorSpec& spec, const SqlImportSettings& settings, IntervalSchedule schedule,
            std::unique_ptr<SqlDatabase> database, const Clock* clock);

  /// Takes an earlier run up.
  ///
  /// Errors   corrupt for a position it did not write.
  Result<void> continue_from(const SourcePosition& from);

  Result<State> next(Intake& intake, std::chrono::milliseconds wait) override;
  Result<void> acknowledge(const SourcePosition& /*position*/) override { return ok(); }
  bool imports_intervals() const override { return true; }
  void interrupt() override;

 private:
  enum class Stage { connecting, beginning, fetching };

  void begin_where_nothing_is_known();
  std::optional<State> wait_until_due(std::chrono::milliseconds wait);
  Result<void> advance();
  Result<void> connect();
  Result<void> begin_query();
  Result<void> fetch();
  Result<void> recover(const Error& error, Stage stage);
  void note_progress(std::size_t handouts_before);

  DetectorSpec spec_;
  SqlImportSettings settings_;
  IntervalSchedule schedule_;
  std::unique_ptr<SqlDatabase> database_;
  const Clock* clock_;
  bool is_backtest_;
  std::atomic<bool> is_interrupted_ = false;

  std::optional<IntervalIndex> next_interval_;  ///< Once it is known where to begin.
  std::uint64_t next_row_ = 0;                  ///< The number of its first row.
  bool has_told_history_ = false;
  bool has_ended_ = false;

  std::unique_ptr<SqlConnection> connection_;
  std::optional<SqlIntake> intake_;  ///< As long as the connection.
  bool is_querying_ = false;
  IntervalIndex at_once_ = 16;  ///< Grows with success, shrinks with failure.
  ImportPatience patience_;
  std::deque<Handout> handouts_;
  std::optional<Error> error_;  ///< To be told after them.
};

}  // namespace bellwether::ingest
