#include "sql_source.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

/// A clock that a test sets.
class HandClock final : public Clock {
 public:
  explicit HandClock(TimePoint start) : time(start) {}
  TimePoint now() const override { return time; }
  std::chrono::nanoseconds real_time_until(TimePoint until) const override {
    return std::max<std::chrono::nanoseconds>(until - time, std::chrono::nanoseconds(0));
  }

  TimePoint time;
};

/// The rows of a table and everything that goes wrong with it.
struct FakeTable {
  std::vector<SqlColumn> columns{{"shop", SqlColumnKind::text, "text"},
                                 {"time", SqlColumnKind::moment, "timestamptz"},
                                 {"views", SqlColumnKind::number, "bigint"}};
  /// In order of time, as the database writes it.
  std::vector<std::vector<std::optional<std::string>>> rows;
  std::vector<std::string> asked;  ///< "from to", with "*" for rows in order.
  std::size_t rows_per_fetch = 2;
  bool ignores_bounds = false;

  std::optional<Error> connect_error;
  std::function<std::optional<Error>(const SqlBounds&)> begin_error;
  /// Before the rows from this place of the answer on.
  std::function<std::optional<Error>(const SqlBounds&, std::size_t place)> fetch_error;
};

class FakeConnection final : public SqlConnection {
 public:
  explicit FakeConnection(FakeTable& table) : table_(table) {}

  Result<std::vector<SqlColumn>> columns() override { return table_.columns; }

  Result<void> begin(const SqlBounds& bounds) override {
    table_.asked.push_back(bounds.from.substr(11, 5) + " " + bounds.to.substr(11, 5) +
                           (bounds.is_in_order ? " *" : ""));
    if (table_.begin_error)
      if (auto error = table_.begin_error(bounds)) return *error;
    bounds_ = bounds;
    answer_.clear();
    place_ = 0;
    for (const auto& row : table_.rows)
      if (table_.ignores_bounds || !row[1] || (*row[1] >= bounds.from && *row[1] < bounds.to))
        answer_.push_back(&row);
    return ok();
  }

  Result<const SqlRows*> fetch() override {
    if (table_.fetch_error)
      if (auto error = table_.fetch_error(bounds_, place_)) return *error;
    rows_ = {.column_count = table_.columns.size(), .fields = {}};
    for (std::size_t i = 0; i < table_.rows_per_fetch && place_ < answer_.size(); ++i, ++place_)
      for (const auto& field : *answer_[place_])
        rows_.fields.push_back(field ? std::optional<std::string_view>(*field) : std::nullopt);
    return &rows_;
  }

 private:
  FakeTable& table_;
  SqlBounds bounds_;
  std::vector<const std::vector<std::optional<std::string>>*> answer_;
  std::size_t place_ = 0;
  SqlRows rows_;
};

class FakeDatabase final : public SqlDatabase {
 public:
  explicit FakeDatabase(FakeTable& table) : table_(table) {}
  Result<std::unique_ptr<SqlConnection>> connect() override {
    if (table_.connect_error) return *table_.connect_error;
    return std::unique_ptr<SqlConnection>(std::make_unique<FakeConnection>(table_));
  }
  void interrupt() override { table_.connect_error = unavailable("interrupted"); }

 private:
  FakeTable& table_;
};

class SqlSourceTest : public ::testing::Test {
 protected:
  /// A row of 2026-03-20.
  void put(const std::string& time, const std::string& shop, const std::string& views) {
    table.rows.push_back({shop, "2026-03-20 " + time + ":00+00:00", views});
  }

  std::unique_ptr<SqlSource> open(SqlImportSettings settings = {}, const SourcePosition& from = {},
                                  bool is_backtest = false) {
    auto source = std::make_unique<SqlSource>(spec, settings, *IntervalSchedule::make(spec),
                                              std::make_unique<FakeDatabase>(table),
                                              is_backtest ? nullptr : &clock);
    const auto continued = source->continue_from(from);
    EXPECT_TRUE(continued) << continued.error().message;
    return source;
  }

  /// Everything up to `idle`, `ended` or `failures` failures: rows as "shop=views", else what it
  /// said.
  std::vector<std::string> drain(SqlSource& source, int failures = 1) {
    std::vector<std::string> seen;
    for (int i = 0; i < 10'000; ++i) {
      Intake intake;
      const auto state = source.next(intake, milliseconds(0));
      if (!state) {
        seen.push_back("error: " + state.error().message);
        if (--failures == 0) return seen;
        continue;
      }
      const RowBatch& batch = intake.batch;
      if (*state == Source::State::rows || *state == Source::State::interval_done) {
        EXPECT_EQ(batch.stream, "sql");
        EXPECT_EQ(batch.first_row, next_row);
        next_row = batch.end_row;
        resume_after = batch.resume_after;
      }
      for (std::size_t r = 0; r < batch.row_count(); ++r)
        seen.push_back(batch.dimensions[0].values[batch.dimensions[0].codes[r]] + "=" +
                       std::to_string(static_cast<int>(batch.measures[0][r])));
      for (const auto& sample : batch.rejected.samples) seen.push_back(sample.message);
      const std::string interval = to_rfc3339(intake.interval).substr(11, 5);
      if (*state == Source::State::interval_restarted) {
        seen.push_back("again " + interval);
        next_row = interval_row;
      }
      if (*state == Source::State::interval_done) {
        seen.push_back("done " + interval + (intake.failure.empty() ? "" : ": " + intake.failure));
        interval_row = next_row;
      }
      if (*state == Source::State::historical_done) seen.emplace_back("history over");
      if (*state == Source::State::ended) seen.emplace_back("ended");
      if (*state == Source::State::idle || *state == Source::State::ended) return seen;
    }
    return seen;
  }

  FakeTable table;
  HandClock clock{at("10:00")};
  DetectorSpec spec = a_detector();
  std::uint64_t next_row = 0;
  std::uint64_t interval_row = 0;
  std::string resume_after;
};

TEST_F(SqlSourceTest, AsksForTheNewestIntervalFirstAndThenForEachThatIsDue) {
  put("08:30", "old", "1");
  put("09:00", "a", "2");
  put("09:59", "b", "3");
  const auto source = open();
  EXPECT_THAT(drain(*source), ElementsAre("a=2", "b=3", "done 09:00", "history over"));
  EXPECT_THAT(drain(*source), ElementsAre());
  EXPECT_EQ(resume_after, "sql 1 next 2026-03-20T10:00:00Z\n");

  put("10:10", "c", "4");
  clock.time = at("10:59:59");
  EXPECT_THAT(drain(*source), ElementsAre());
  clock.time = at("11:00");
  EXPECT_THAT(drain(*source), ElementsAre("c=4", "done 10:00"));
  EXPECT_THAT(table.asked, ElementsAre("09:00 10:00", "10:00 11:00"));
}

TEST_F(SqlSourceTest, WaitsForTheOffset) {
  spec.offset = std::chrono::minutes(5);
  clock.time = at("10:04:59");
  put("09:10", "a", "1");
  const auto source = open();
  EXPECT_THAT(drain(*source), ElementsAre("done 08:00", "history over"));
  clock.time = at("10:05");
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "done 09:00"));
}

TEST_F(SqlSourceTest, AsksForManyOldIntervalsAtOnce) {
  put("06:10", "a", "1");
  put("06:20", "b", "2");
  put("06:30", "c", "3");
  put("08:00", "d", "4");
  const auto source = open({.historical = {.intervals = 5}});
  EXPECT_THAT(drain(*source),
              ElementsAre("done 05:00", "a=1", "b=2", "c=3", "done 06:00", "done 07:00", "d=4",
                          "done 08:00", "done 09:00", "history over"));
  EXPECT_THAT(table.asked, ElementsAre("05:00 10:00 *"));
}

TEST_F(SqlSourceTest, TakesUpAfterTheIntervalThatWasCommitted) {
  put("07:10", "a", "1");
  put("08:10", "b", "2");
  next_row = interval_row = 7;
  const auto source = open({.historical = {.intervals = 100}},
                           {{"sql", "sql 1 next 2026-03-20T08:00:00Z\n", 7, 7}});
  EXPECT_THAT(drain(*source), ElementsAre("b=2", "done 08:00", "done 09:00", "history over"));
  EXPECT_FALSE(open()->continue_from({{"sql", "nonsense", 7, 7}}));
}

TEST_F(SqlSourceTest, AsksAgainWhenTheConnectionIsLostAmongRows) {
  for (const char* shop : {"a", "b", "c", "d", "e"}) put("09:10", shop, "1");
  int drops = 2;
  table.fetch_error = [&](const SqlBounds&, std::size_t place) -> std::optional<Error> {
    if (place == 4 && drops-- > 0) return unavailable("connection lost");
    return std::nullopt;
  };
  const auto source = open();
  EXPECT_THAT(drain(*source, 9),
              ElementsAre("a=1", "b=1", "c=1", "d=1", "again 09:00", "error: connection lost",
                          "a=1", "b=1", "c=1", "d=1", "again 09:00", "error: connection lost",
                          "a=1", "b=1", "c=1", "d=1", "e=1", "done 09:00", "history over"));
}

TEST_F(SqlSourceTest, KeepsWholeIntervalsOfAQueryThatBreaksOff) {
  put("07:10", "a", "1");
  put("08:10", "b", "2");
  put("08:20", "c", "3");
  put("09:10", "d", "4");
  bool has_dropped = false;
  table.fetch_error = [&](const SqlBounds&, std::size_t place) -> std::optional<Error> {
    if (place == 2 && !std::exchange(has_dropped, true)) return unavailable("connection lost");
    return std::nullopt;
  };
  const auto source = open({.historical = {.intervals = 3}});
  EXPECT_THAT(drain(*source, 9),
              ElementsAre("a=1", "done 07:00", "b=2", "again 08:00", "error: connection lost",
                          "b=2", "c=3", "done 08:00", "d=4", "done 09:00", "history over"));
  EXPECT_THAT(table.asked, ElementsAre("07:00 10:00 *", "08:00 10:00 *"));
}

TEST_F(SqlSourceTest, GivesAnIntervalUpAfterItsTimeAndGoesOn) {
  put("08:10", "a", "1");
  put("08:20", "b", "2");
  put("08:30", "c", "3");
  put("09:10", "d", "4");
  table.fetch_error = [&](const SqlBounds& bounds, std::size_t place) -> std::optional<Error> {
    if (place == 2 && bounds.from.find("08:00") != std::string::npos)
      return unavailable("connection lost");
    return std::nullopt;
  };
  const auto source = open({.historical = {.intervals = 2}, .give_up_after = milliseconds(0)});
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "b=2", "done 08:00: connection lost", "d=4",
                                          "done 09:00", "history over"));
}

TEST_F(SqlSourceTest, GivesIntervalsUpWhileTheDatabaseIsAway) {
  put("09:10", "a", "1");
  put("10:10", "b", "2");
  table.connect_error = unavailable("refused");
  const auto source = open({.historical = {.intervals = 2}, .give_up_after = milliseconds(0)});
  EXPECT_THAT(drain(*source),
              ElementsAre("done 08:00: refused", "done 09:00: refused", "history over"));
  table.connect_error.reset();
  clock.time = at("11:00");
  EXPECT_THAT(drain(*source), ElementsAre("b=2", "done 10:00"));
}

TEST_F(SqlSourceTest, TriesAgainForAsLongAsAnIntervalMayTake) {
  put("09:10", "a", "1");
  table.connect_error = unavailable("refused");
  const auto source = open();
  EXPECT_THAT(drain(*source, 3), ElementsAre("error: refused", "error: refused", "error: refused"));
  table.connect_error.reset();
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "done 09:00", "history over"));
}

TEST_F(SqlSourceTest, LosesOnlyTheIntervalOfARowThatTheQueryFailsOver) {
  put("07:10", "a", "1");
  put("08:10", "b", "2");
  put("09:10", "c", "3");
  table.fetch_error = [](const SqlBounds& bounds, std::size_t) -> std::optional<Error> {
    const bool has_bad_row = bounds.from.substr(11) < "08:30" && bounds.to.substr(11) > "08:30";
    if (has_bad_row) return invalid_input("division by zero");
    return std::nullopt;
  };
  const auto source = open({.historical = {.intervals = 3}});
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "done 07:00", "done 08:00: division by zero",
                                          "c=3", "done 09:00", "history over"));
}

TEST_F(SqlSourceTest, EndsWithWhatTheDatabaseRefusesWhateverTheRows) {
  table.begin_error = [](const SqlBounds&) { return invalid_input("no such operator"); };
  EXPECT_THAT(drain(*open()), ElementsAre("error: no such operator"));

  table.columns.pop_back();
  EXPECT_THAT(drain(*open()), ElementsAre("error: the query has no column 'views' for a measure; "
                                          "it has 'shop', 'time'"));
  table.columns = {{"time", SqlColumnKind::other, "boolean"},
                   {"shop", SqlColumnKind::text, "text"},
                   {"views", SqlColumnKind::number, "bigint"}};
  EXPECT_THAT(drain(*open()), ElementsAre(::testing::HasSubstr("'time' of type boolean holds no")));
}

TEST_F(SqlSourceTest, RefusesRowsThatWereNotAskedFor) {
  put("08:59", "early", "1");
  put("09:10", "a", "2");
  table.rows.push_back({"b", std::nullopt, "3"});
  table.rows.push_back({std::nullopt, "2026-03-20 09:20:00+00:00", "4"});
  table.rows.push_back({"c", "infinity", "5"});
  put("10:00", "late", "6");
  table.ignores_bounds = true;
  table.rows_per_fetch = 100;
  EXPECT_THAT(
      drain(*open()),
      ElementsAre("a=2",
                  "column 'time': '2026-03-20 08:59:00+00:00' lies outside the interval that was "
                  "asked for",
                  "column 'time': there is no timestamp", "column 'shop': there is no value",
                  "column 'time': 'infinity' is not a time between the years 0 and 9999",
                  "column 'time': '2026-03-20 10:00:00+00:00' lies outside the interval that was "
                  "asked for",
                  "done 09:00", "history over"));
}

TEST_F(SqlSourceTest, EndsABacktestWithWhatIsDue) {
  spec.interval = std::chrono::days(1);
  const auto source = open({}, {}, true);
  const auto seen = drain(*source);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_THAT(seen[1], "history over");
  EXPECT_THAT(seen[2], "ended");
}

TEST_F(SqlSourceTest, ReturnsOnceItIsInterrupted) {
  put("09:10", "a", "1");
  const auto source = open();
  source->interrupt();
  Intake intake;
  const auto state = source->next(intake, milliseconds(0));
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, ErrorCode::cancelled);
}

/// Whatever breaks whenever, the frames are those of a run without faults.
TEST_F(SqlSourceTest, GivesTheSameFramesHoweverOftenItBreaks) {
  for (int i = 0; i < 600; ++i)
    put("0" + std::to_string(i / 60) + ":" + (i % 60 < 10 ? "0" : "") + std::to_string(i % 60),
        "s" + std::to_string(i % 7), std::to_string(i));
  const auto frames = [&](unsigned fault_every) {
    Aggregation hourly(spec);
    unsigned step = 0;
    table.fetch_error = [&](const SqlBounds&, std::size_t) -> std::optional<Error> {
      if (fault_every > 0 && ++step % fault_every == 0) return unavailable("lost");
      return std::nullopt;
    };
    const auto source = open({.historical = {.intervals = 10}});
    for (int i = 0; i < 100'000; ++i) {
      Intake intake;
      const auto state = source->next(intake, milliseconds(0));
      if (!state) continue;
      if (*state == Source::State::historical_done) break;
      if (*state == Source::State::rows) hourly.add(intake.batch);
      if (*state == Source::State::interval_restarted) hourly.aggregator.discard(intake.interval);
      if (*state != Source::State::interval_done) continue;
      EXPECT_TRUE(hourly.aggregator.close_import(intake, [&](ClosedInterval&& interval) {
        hourly.closed.push_back(std::move(interval));
        return ok();
      }));
    }
    EXPECT_EQ(hourly.closed.size(), 10U);
    return outcome_of(hourly);
  };
  const std::string whole = frames(0);
  for (const unsigned fault_every : {97U, 40U, 37U, 36U, 35U})
    EXPECT_EQ(frames(fault_every), whole);
}

}  // namespace
}  // namespace bellwether::ingest
