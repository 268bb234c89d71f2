#include "bellwether/ingest/aggregator.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNan;

TEST(Aggregator, SumsRowsOfAnIntervalAndClosesItWithTheFirstRowBeyond) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}, {"08:59:59", {"a"}, {2}}, {"08:30", {"b"}, {5}}});
  EXPECT_TRUE(hourly.closed.empty());

  hourly.add({{"09:00", {"a"}, {7}}});

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.closed[0].frame.start, at("08:00"));
  EXPECT_EQ(hourly.value(0, "a"), 3);
  EXPECT_EQ(hourly.value(0, "b"), 5);
  EXPECT_EQ(hourly.value(0, "*"), 8);
  EXPECT_EQ(hourly.closed[0].quality.rows, 3U);
  EXPECT_EQ(hourly.closed[0].quality.series_new, 3U);
}

TEST(Aggregator, ComputesEveryAggregateOfLeavesAndRollups) {
  Aggregation hourly(a_detector({{"s", Aggregate::sum},
                                 {"a", Aggregate::avg},
                                 {"lo", Aggregate::min},
                                 {"hi", Aggregate::max},
                                 {"n", Aggregate::count}}));
  hourly.add({{"08:00", {"x"}, {1, 10, 4, 4, 9}},
              {"08:01", {"x"}, {2, 20, 3, 5, absent}},
              {"08:02", {"y"}, {4, 60, 8, 1, 7}}});
  hourly.close_all();

  EXPECT_EQ(hourly.value(0, "x", 0), 3);
  EXPECT_EQ(hourly.value(0, "x", 1), 15);
  EXPECT_EQ(hourly.row_count(0, "x", 1), 2);
  EXPECT_EQ(hourly.value(0, "x", 2), 3);
  EXPECT_EQ(hourly.value(0, "x", 3), 5);
  EXPECT_EQ(hourly.value(0, "x", 4), 1);
  EXPECT_EQ(hourly.value(0, "*", 0), 7);
  EXPECT_EQ(hourly.value(0, "*", 1), 30) << "weighted by rows, not the mean of means";
  EXPECT_EQ(hourly.row_count(0, "*", 1), 3);
  EXPECT_EQ(hourly.value(0, "*", 2), 3);
  EXPECT_EQ(hourly.value(0, "*", 3), 5);
  EXPECT_EQ(hourly.value(0, "*", 4), 2);
  EXPECT_EQ(hourly.closed[0].quality.missing_values, 1U);
}

TEST(Aggregator, RollsUpEveryCombinationWhenAskedForAll) {
  Aggregation hourly(a_detector({{"views", Aggregate::sum}}, {"shop", "device"}));
  hourly.add({{"08:00", {"nl", "phone"}, {1}},
              {"08:00", {"nl", "desk"}, {2}},
              {"08:00", {"be", "phone"}, {4}}});
  hourly.close_all();

  EXPECT_THAT(hourly.series_names(), ElementsAre("be,phone", "nl,desk", "nl,phone", "be,*", "nl,*",
                                                 "*,phone", "*,desk", "*,*"));
  EXPECT_EQ(hourly.value(0, "nl,*"), 3);
  EXPECT_EQ(hourly.value(0, "*,phone"), 5);
  EXPECT_EQ(hourly.value(0, "*,*"), 7);
}

TEST(Aggregator, KeepsOnlyLeavesWhenAskedForThem) {
  DetectorSpec spec = a_detector({{"views", Aggregate::sum}}, {"shop", "device"});
  spec.rollups.kind = RollupKind::leaf;
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"nl", "phone"}, {1}}});
  hourly.close_all();

  EXPECT_THAT(hourly.series_names(), ElementsAre("nl,phone"));
}

TEST(Aggregator, KeepsListedRollupsOnceEach) {
  DetectorSpec spec = a_detector({{"views", Aggregate::sum}}, {"shop", "device", "size"});
  spec.rollups = {RollupKind::listed, {{"device"}, {"device"}, {"size", "shop"}, {"shop", "size"}}};
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"nl", "phone", "s"}, {1}}, {"08:00", {"be", "phone", "s"}, {2}}});
  hourly.close_all();

  EXPECT_THAT(hourly.series_names(),
              ElementsAre("be,phone,s", "nl,phone,s", "be,*,s", "nl,*,s", "*,phone,*"));
  EXPECT_EQ(hourly.value(0, "*,phone,*"), 3);
}

TEST(Aggregator, HasOneSeriesWithoutDimensions) {
  Aggregation hourly(a_detector({{"views", Aggregate::sum}}, {}));
  hourly.add({{"08:00", {}, {1}}, {"08:10", {}, {2}}, {"09:00", {}, {4}}});
  hourly.close_all();

  ASSERT_EQ(hourly.closed.size(), 2U);
  EXPECT_EQ(hourly.dictionary.series_count(), 1U);
  EXPECT_EQ(hourly.value(0, ""), 3);
  EXPECT_EQ(hourly.value(1, ""), 4);
}

TEST(Aggregator, WaitsForTheOffsetBeforeItCloses) {
  DetectorSpec spec = a_detector();
  spec.offset = std::chrono::minutes(10);
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"a"}, {1}}, {"09:09:59", {"a"}, {10}}, {"08:59", {"a"}, {2}}});
  EXPECT_TRUE(hourly.closed.empty());

  hourly.add({{"09:10", {"a"}, {10}}, {"08:59", {"a"}, {100}}});

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.value(0, "a"), 3);
  hourly.close_all();
  EXPECT_EQ(hourly.value(1, "a"), 20);
  EXPECT_EQ(hourly.closed[1].quality.rejected.count(RowFault::late), 1U);
}

TEST(Aggregator, CountsLateRowsWithASample) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}, {"08:59", {"a"}, {1}}});
  hourly.close_all();

  ASSERT_EQ(hourly.closed.size(), 2U);
  const RejectedRows& rejected = hourly.closed[1].quality.rejected;
  EXPECT_EQ(rejected.count(RowFault::late), 1U);
  EXPECT_THAT(rejected.samples, ElementsAre(RejectedSample{
                                    RowFault::late, 3,
                                    "2026-03-20T08:59:00Z is late: its interval had been closed"}));
}

TEST(Aggregator, ClosesByTheClock) {
  DetectorSpec spec = a_detector();
  spec.offset = std::chrono::minutes(5);
  Aggregation hourly(spec);
  EXPECT_EQ(hourly.aggregator.next_close(), std::nullopt);
  hourly.close_until(at("23:00"));
  EXPECT_TRUE(hourly.closed.empty()) << "before the first row there is nothing to close";

  hourly.add({{"08:00", {"a"}, {1}}});
  EXPECT_EQ(hourly.aggregator.next_close(), at("09:05"));
  hourly.close_until(at("09:04:59"));
  EXPECT_TRUE(hourly.closed.empty());
  hourly.close_until(at("09:05"));
  EXPECT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.aggregator.next_close(), at("10:05"));
  hourly.close_until(at("11:05"));
  ASSERT_EQ(hourly.closed.size(), 3U);
  EXPECT_THAT(hourly.value(2, "a"), IsNan());
  EXPECT_EQ(hourly.closed[2].quality.series_missing, 2U);
}

TEST(Aggregator, FillsHolesWithEmptyFramesButLeavesOutTheVeryLong) {
  DetectorSpec spec = a_detector();
  spec.interval = std::chrono::minutes(1);
  Aggregation minutely(spec);
  minutely.add({{"2026-01-01T00:00:00Z", {"a"}, {1}}, {"2026-01-01T00:03:00Z", {"a"}, {1}}});
  ASSERT_EQ(minutely.closed.size(), 3U);
  EXPECT_THAT(minutely.value(1, "a"), IsNan());
  EXPECT_THAT(minutely.value(2, "a"), IsNan());

  minutely.add({{"2026-02-01T00:00:00Z", {"a"}, {2}}});
  minutely.close_all();
  ASSERT_EQ(minutely.closed.size(), 5U) << "44636 empty minutes are left out";
  EXPECT_EQ(minutely.closed[4].frame.start, at("2026-02-01T00:00:00Z"));
  EXPECT_EQ(minutely.value(4, "a"), 2);
}

TEST(Aggregator, FillsAbsentSumsAndCountsWithZeroWhenAsked) {
  DetectorSpec spec = a_detector({{"s", Aggregate::sum},
                                  {"n", Aggregate::count},
                                  {"a", Aggregate::avg},
                                  {"lo", Aggregate::min}});
  spec.on_missing = OnMissing::zero;
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"x"}, {1, 1, 1, 1}}, {"09:00", {"y"}, {2, 1, 5, 5}}});
  hourly.close_all();

  EXPECT_EQ(hourly.value(1, "x", 0), 0);
  EXPECT_EQ(hourly.value(1, "x", 1), 0);
  EXPECT_THAT(hourly.value(1, "x", 2), IsNan());
  EXPECT_THAT(hourly.value(1, "x", 3), IsNan());
  EXPECT_EQ(hourly.closed[1].quality.series_missing, 1U) << "zero is filled in, not present";
  EXPECT_EQ(hourly.closed[0].frame.series_count, 2U) << "y was not known at eight";
}

TEST(Aggregator, KeepsOnlyRowsThatWhereAllows) {
  DetectorSpec spec = a_detector({{"views", Aggregate::sum}}, {"shop", "device"});
  spec.where = {{"shop", {"nl", "be"}}, {"device", {"phone"}}};
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"nl", "phone"}, {1}},
              {"08:00", {"nl", "desk"}, {2}},
              {"08:00", {"de", "phone"}, {4}},
              {"08:00", {"be", "phone"}, {8}}});
  hourly.close_all();

  EXPECT_EQ(hourly.value(0, "*,*"), 9);
  EXPECT_EQ(hourly.closed[0].quality.filtered, 2U);
  EXPECT_EQ(hourly.closed[0].quality.rows, 2U);
  EXPECT_EQ(hourly.dictionary.find_value(0, "de"), std::nullopt);
}

TEST(Aggregator, RefusesSeriesBeyondTheLimitWhole) {
  DetectorSpec spec = a_detector();
  spec.max_series = 3;  // Two shops and their sum.
  Aggregation hourly(spec);
  hourly.add(
      {{"08:00", {"a"}, {1}}, {"08:00", {"b"}, {2}}, {"08:00", {"c"}, {4}}, {"08:00", {"a"}, {8}}});
  hourly.close_all();

  EXPECT_THAT(hourly.series_names(), ElementsAre("a", "b", "*"));
  EXPECT_EQ(hourly.value(0, "*"), 11);
  const RejectedRows& rejected = hourly.closed[0].quality.rejected;
  EXPECT_EQ(rejected.count(RowFault::over_series_limit), 1U);
  EXPECT_THAT(rejected.samples,
              ElementsAre(RejectedSample{
                  RowFault::over_series_limit, 3,
                  "new series shop=c would pass the limit of 3 series; raise max_series"}));
}

TEST(Aggregator, RefusesNewSeriesBeyondALimitThatComesLater) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}});
  hourly.aggregator.limit_series(2, "the memory budget of 64 bytes; buy more");
  hourly.add({{"09:00", {"a"}, {1}}, {"09:10", {"b"}, {1}}});
  hourly.aggregator.limit_series(1'000'000'000, "nothing");
  hourly.add({{"09:20", {"c"}, {1}}, {"10:00", {"a"}, {1}}});

  EXPECT_THAT(hourly.series_names(), ElementsAre("a", "*", "c"));
  const RejectedRows& rejected = hourly.closed.at(1).quality.rejected;
  EXPECT_EQ(rejected.count(RowFault::over_series_limit), 1U);
  ASSERT_EQ(rejected.samples.size(), 1U);
  EXPECT_EQ(rejected.samples[0].message,
            "new series shop=b would pass the memory budget of 64 bytes; buy more");
}

TEST(Aggregator, TellsOfSeriesBeyondTheLimitHoweverManyRowsAreLate) {
  DetectorSpec spec = a_detector();
  spec.max_series = 2;
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}});
  for (int i = 0; i < 40; ++i) hourly.add({{"08:30", {"a"}, {1}}});
  for (int i = 0; i < 3; ++i) hourly.add({{"09:30", {"c" + std::to_string(i)}, {1}}});
  hourly.add({{"10:00", {"a"}, {1}}});

  const RejectedRows& rejected = hourly.closed.at(1).quality.rejected;
  EXPECT_EQ(rejected.count(RowFault::late), 40U);
  EXPECT_EQ(rejected.count(RowFault::over_series_limit), 3U);
  const auto samples =
      std::ranges::count(rejected.samples, RowFault::over_series_limit, &RejectedSample::fault);
  EXPECT_EQ(samples, 3);
}

TEST(Aggregator, SortsNewSeriesByTextWhateverTheOrderOfRows) {
  Aggregation one(a_detector());
  one.add({{"08:00", {"b"}, {1}}, {"08:00", {"a"}, {2}}, {"08:00", {"c"}, {3}}});
  one.close_all();
  Aggregation other(a_detector());
  other.add({{"08:00", {"c"}, {3}}, {"08:00", {"b"}, {1}}, {"08:00", {"a"}, {2}}});
  other.close_all();

  EXPECT_THAT(one.series_names(), ElementsAre("a", "b", "c", "*"));
  EXPECT_EQ(one.series_names(), other.series_names());
}

TEST(Aggregator, HoldsHistoricalRowsOpenUntilToldOtherwise) {
  Aggregation hourly(a_detector());
  hourly.add_historical({{"12:00", {"a"}, {1}}, {"08:00", {"a"}, {2}}, {"10:00", {"a"}, {4}}});
  EXPECT_TRUE(hourly.closed.empty());
  hourly.add_historical({{"08:30", {"a"}, {8}}});

  hourly.close_historical();

  ASSERT_EQ(hourly.closed.size(), 4U) << "all but the newest, which live rows may complete";
  EXPECT_EQ(hourly.value(0, "a"), 10);
  EXPECT_THAT(hourly.value(1, "a"), IsNan());
  EXPECT_EQ(hourly.value(2, "a"), 4);
  hourly.add({{"12:59", {"a"}, {16}}, {"13:00", {"a"}, {1}}});
  ASSERT_EQ(hourly.closed.size(), 5U);
  EXPECT_EQ(hourly.value(4, "a"), 17);
}

TEST(Aggregator, ClosesTheOldestIntervalWhenTooMuchIsOpen) {
  Aggregation hourly(a_detector(), std::nullopt, {}, 2);
  hourly.add_historical({{"12:00", {"a"}, {1}}, {"08:00", {"a"}, {2}}});
  EXPECT_TRUE(hourly.closed.empty());
  EXPECT_EQ(hourly.aggregator.open_cells(), 2U);

  hourly.add_historical({{"12:00", {"b"}, {4}}, {"08:00", {"a"}, {8}}});
  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.value(0, "a"), 2);
  hourly.close_all();
  EXPECT_EQ(hourly.closed.back().quality.rejected.total() +
                hourly.closed[1].quality.rejected.count(RowFault::late),
            1U);
}

TEST(Aggregator, TakesDaysOfTheZoneWithTheirLostAndDoubledHours) {
  DetectorSpec spec = a_detector();
  spec.interval = std::chrono::days(1);
  spec.timestamp.timezone = "Europe/Amsterdam";
  Aggregation daily(spec);
  // Clocks went forward on 2026-03-29 and back on 2026-10-25.
  daily.add({{"2026-03-28T23:00:00Z", {"a"}, {1}},
             {"2026-03-29T21:59:59Z", {"a"}, {2}},
             {"2026-03-29T22:00:00Z", {"a"}, {4}}});
  ASSERT_EQ(daily.closed.size(), 1U);
  EXPECT_EQ(daily.closed[0].frame.start, at("2026-03-28T23:00:00Z"));
  EXPECT_EQ(daily.value(0, "a"), 3);
  daily.close_all();
  EXPECT_EQ(daily.closed[1].frame.start, at("2026-03-29T22:00:00Z"));

  Aggregation autumn(spec);
  autumn.add({{"2026-10-24T22:00:00Z", {"a"}, {1}},
              {"2026-10-25T22:59:59Z", {"a"}, {2}},
              {"2026-10-25T23:00:00Z", {"a"}, {4}}});
  ASSERT_EQ(autumn.closed.size(), 1U);
  EXPECT_EQ(autumn.value(0, "a"), 3) << "a day of 25 hours";
}

TEST(Aggregator, AddsTheRefusedRowsOfTheReaderToTheNextClose) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}},
              refused(RowFault::bad_timestamp),
              {"09:00", {"a"}, {1}},
              refused(RowFault::no_measure),
              refused(RowFault::no_measure)});
  hourly.close_all();

  ASSERT_EQ(hourly.closed.size(), 2U);
  EXPECT_EQ(hourly.closed[0].quality.rejected.count(RowFault::bad_timestamp), 1U);
  EXPECT_EQ(hourly.closed[0].quality.rejected.total(), 1U);
  EXPECT_EQ(hourly.closed[1].quality.rejected.count(RowFault::no_measure), 2U);
}

TEST(Aggregator, ClosesNothingByRowsUntilEveryStreamIsReadAgain) {
  const DetectorSpec spec = a_detector();
  const IntervalIndex seven = IntervalGrid(spec.interval).index_of(at("07:00"));
  // Two rows of "s" and one of "t" were taken into the open interval of eight before the crash.
  const SourcePosition position{{"s", "10", 10, 12}, {"t", "20", 20, 21}};
  const auto of_stream = [&](const char* stream, std::uint64_t first_row,
                             std::vector<TestRow> rows) {
    RowBatch batch = batch_of(spec, rows, first_row);
    batch.stream = stream;
    return batch;
  };
  Aggregation hourly(spec, seven, position);
  EXPECT_FALSE(hourly.aggregator.is_caught_up());
  hourly.add(of_stream("s", 10, {{"08:00", {"a"}, {1}}, {"08:01", {"a"}, {2}}}));
  hourly.add(of_stream("s", 12, {{"09:30", {"a"}, {4}}}));
  EXPECT_TRUE(hourly.closed.empty()) << "the row of t is still to come";

  hourly.add(of_stream("t", 20, {{"08:02", {"a"}, {8}}}));
  EXPECT_TRUE(hourly.aggregator.is_caught_up());
  hourly.add(of_stream("s", 13, {{"09:40", {"a"}, {16}}}));

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.value(0, "a"), 11);
  EXPECT_EQ(hourly.closed[0].position, (SourcePosition{{"s", "12", 12, 13}, {"t", "21", 21, 21}}));

  Aggregation idle(spec, seven, position);
  idle.add(of_stream("s", 10, {{"08:00", {"a"}, {1}}}));
  idle.close_until(at("09:00"));
  EXPECT_EQ(idle.closed.size(), 1U) << "the source is idle: what is missing is gone";
}

TEST(Aggregator, PassesOverRowsOfClosedIntervalsThatAreMetAgain) {
  const DetectorSpec spec = a_detector();
  const IntervalIndex eight = IntervalGrid(spec.interval).index_of(at("08:00"));
  Aggregation hourly(spec, eight, {{"s", "0", 0, 4}});
  hourly.add({{"08:00", {"a"}, {1}},
              refused(RowFault::bad_timestamp),
              {"09:00", {"a"}, {2}},
              {"08:59", {"a"}, {4}},
              {"08:59", {"a"}, {8}},
              refused(RowFault::bad_timestamp)});
  hourly.close_all();

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.value(0, "a"), 2);
  EXPECT_EQ(hourly.closed[0].quality.rejected.count(RowFault::late), 1U);
  EXPECT_EQ(hourly.closed[0].quality.rejected.count(RowFault::bad_timestamp), 1U);
}

TEST(Aggregator, TellsOfRefusedRowsThatNoIntervalCouldTell) {
  Aggregation hourly(a_detector());
  hourly.add({refused(RowFault::bad_timestamp), refused(RowFault::bad_timestamp)});
  hourly.close_all();
  EXPECT_TRUE(hourly.closed.empty());
  EXPECT_EQ(hourly.aggregator.rejected_since_close().count(RowFault::bad_timestamp), 2U);
}

TEST(Aggregator, RefusesRowsThatWereKeptForOtherColumns) {
  const DetectorSpec before = a_detector({{"views", Aggregate::sum}}, {"shop", "device"});
  const RowBatch kept =
      batch_of(before, {{"08:00", {"nl", "phone"}, {1}}, {"08:01", {"nl", "desk"}, {2}}}, 0);

  Aggregation fewer(a_detector());
  fewer.next_row = kept.end_row;
  fewer.add(kept);
  fewer.add({{"08:02", {"a"}, {4}}});
  fewer.close_all();

  ASSERT_EQ(fewer.closed.size(), 1U);
  EXPECT_EQ(fewer.value(0, "a"), 4);
  EXPECT_EQ(fewer.value(0, "*"), 4);
  const RejectedRows& rejected = fewer.closed[0].quality.rejected;
  EXPECT_EQ(rejected.count(RowFault::unreadable), 2U);
  ASSERT_FALSE(rejected.samples.empty());
  EXPECT_EQ(
      rejected.samples[0].message,
      "kept for 2 dimensions and 1 measure; the detector has 1 and 1 now: send the row again");

  Aggregation more(
      a_detector({{"views", Aggregate::sum}, {"orders", Aggregate::sum}}, {"shop", "device"}));
  more.add(kept);
  more.close_all();
  EXPECT_EQ(more.aggregator.rejected_since_close().count(RowFault::unreadable), 2U);
}

TEST(Aggregator, StopsAtTheFirstFailureOfTheTaker) {
  const DetectorSpec spec = a_detector();
  Dictionary dictionary(spec.dimensions);
  Aggregator aggregator(spec, IntervalGrid(spec.interval), dictionary, std::nullopt, {});
  int calls = 0;
  const auto added = aggregator.add(
      batch_of(spec, {{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}, {"10:00", {"a"}, {1}}}),
      [&](ClosedInterval&&) -> Result<void> {
        ++calls;
        return unavailable("disk full");
      });

  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message, "disk full");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace bellwether::ingest
