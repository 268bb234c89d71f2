#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "bellwether/base/result.hpp"
#include "bellwether/domain/detector_spec.hpp"
#include "bellwether/domain/interval_grid.hpp"
#include "bellwether/ingest/source.hpp"

#include "row_builder.hpp"
#include "sql_connection.hpp"
#include "sql_time_column.hpp"

namespace bellwether::ingest {

/// Something a source is to hand out next.
struct Handout {
  Source::State state = Source::State::rows;
  Intake intake;
};

/// Makes row batches of a query's rows and cuts them into intervals: one is over when a row of a
/// later one comes, or when the query ends.
///
/// Order    rows come in order of time where a query spans several intervals.
class SqlIntake {
 public:
  static constexpr std::string_view stream_name = "sql";

  /// Errors   invalid_input: a column that the detector needs is not there, or its time column
  ///          cannot be used.
  static Result<SqlIntake> make(const DetectorSpec& spec, const IntervalGrid& grid,
                                const std::vector<SqlColumn>& columns);

  const SqlTimeColumn& time_column() const { return time_; }

  /// Rows of the intervals from `first` to before `end` follow; the first has the number
  /// `first_row` in the stream.
  void begin(IntervalIndex first, IntervalIndex end, std::uint64_t first_row);

  /// Takes rows; what is to be handed out is put behind `handouts`.
  void take(const SqlRows& rows, std::deque<Handout>& handouts);

  /// The query is over: every interval asked for is whole.
  void finish(std::deque<Handout>& handouts);

  /// Gives the interval at hand up, for `failure`.
  void fail(const std::string& failure, std::deque<Handout>& handouts);

  IntervalIndex interval() const { return interval_; }
  IntervalIndex end() const { return end_; }

  /// The number of the first row of the interval at hand.
  std::uint64_t first_row_of_interval() const { return first_row_of_interval_; }

  /// Whether rows of the interval at hand were handed out.
  bool has_handed_out() const { return next_row_ > first_row_of_interval_; }

 private:
  SqlIntake(RowBuilder builder, SqlTimeColumn time, const DetectorSpec& spec, IntervalGrid grid)
      : builder_(std::move(builder)), time_(std::move(time)), spec_(spec), grid_(std::move(grid)) {}

  void begin_batch();
  void hand_out_batch(std::deque<Handout>& handouts);
  void hand_out_end(const std::string& failure, std::deque<Handout>& handouts);
  void take_row(const std::optional<std::string_view>* fields, std::deque<Handout>& handouts);
  bool go_to(TimePoint time, std::deque<Handout>& handouts);

  RowBuilder builder_;
  SqlTimeColumn time_;
  DetectorSpec spec_;
  IntervalGrid grid_;
  std::size_t time_field_ = 0;
  std::vector<std::pair<std::size_t, RowBuilder::Slot>> fields_;  ///< But for the time's.

  IntervalIndex interval_ = 0;  ///< At hand.
  IntervalIndex end_ = 0;
  TimePoint interval_begin_{};
  TimePoint interval_end_{};
  std::uint64_t first_row_of_interval_ = 0;
  std::uint64_t next_row_ = 0;
  RowBatch batch_;
};

}  // namespace bellwether::ingest
