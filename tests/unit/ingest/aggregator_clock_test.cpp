// Rows whose clocks are ahead of the detector's.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::HasSubstr;

DetectorSpec a_minutely_detector() {
  DetectorSpec spec = a_detector();
  spec.interval = std::chrono::minutes(1);
  return spec;
}

/// An aggregator whose rows come while a clock goes on.
class Feed : public Aggregation {
 public:
  using Aggregation::Aggregation;

  void add_at(std::string_view now, const std::vector<TestRow>& rows, bool is_historical = false) {
    RowBatch batch = batch_of(spec, rows, next_row);
    batch.received_at = at(now);
    batch.is_historical = is_historical;
    next_row += rows.size();
    add(batch);
  }

  std::uint64_t refused(RowFault fault) const {
    std::uint64_t count = aggregator.rejected_since_close().count(fault);
    for (const ClosedInterval& interval : closed) count += interval.quality.rejected.count(fault);
    return count;
  }
};

std::vector<TestRow> rows_ahead() {
  std::vector<TestRow> rows;
  for (const char* time : {"08:00:10", "08:01:10", "08:02:10", "08:03:10", "08:05:10", "08:10:10"})
    rows.push_back({time, {"fast"}, {1}});
  return rows;
}

TEST(AggregatorClock, ARowAheadMakesNothingLateForOthers) {
  Feed feed(a_minutely_detector());
  feed.add_at("08:00:10", rows_ahead());
  for (int i = 0; i < 6; ++i) feed.add_at("08:00:20", {{"08:00:20", {"honest"}, {1}}});
  EXPECT_EQ(feed.closed.size(), 0U);

  for (const char* time : {"08:01:20", "08:02:20", "08:03:20"})
    feed.add_at(time, {{time, {"honest"}, {1}}});
  ASSERT_EQ(feed.closed.size(), 3U);
  EXPECT_EQ(feed.closed[0].quality.rows, 7U);
  EXPECT_EQ(feed.value(0, "honest"), 6);
  EXPECT_EQ(feed.closed[1].quality.rows, 2U);
  EXPECT_EQ(feed.closed[2].quality.rows, 2U);
  EXPECT_EQ(feed.refused(RowFault::late), 0U);
}

TEST(AggregatorClock, RowsThatWaitCountInTheirIntervalWhenItIsOver) {
  Feed feed(a_minutely_detector());
  feed.add_at("08:00:10", rows_ahead());
  feed.close_until(at("08:11:00"));

  ASSERT_EQ(feed.closed.size(), 11U);
  for (const std::size_t minute : {0U, 1U, 2U, 3U, 5U, 10U})
    EXPECT_EQ(feed.value(minute, "fast"), 1) << minute;
  EXPECT_EQ(feed.closed[4].quality.rows, 0U);
  EXPECT_EQ(feed.aggregator.open_cells(), 0U);
}

TEST(AggregatorClock, ARowAheadDoesNotCutTheOffsetShort) {
  auto spec = a_minutely_detector();
  spec.offset = std::chrono::seconds(30);
  Feed feed(spec);
  feed.add_at("08:00:50", {{"08:00:50", {"honest"}, {1}}});
  feed.add_at("08:01:29", {{"08:09:00", {"fast"}, {1}}, {"08:00:59", {"honest"}, {1}}});
  EXPECT_EQ(feed.closed.size(), 0U);
  feed.add_at("08:01:30", {{"08:09:00", {"fast"}, {1}}});

  ASSERT_EQ(feed.closed.size(), 1U);
  EXPECT_EQ(feed.value(0, "honest"), 2);
}

TEST(AggregatorClock, OldRowsCloseByEventTimeAlone) {
  Feed feed(a_minutely_detector());
  feed.add_at("20:00", {{"08:00", {"a"}, {1}}, {"08:01", {"a"}, {1}}, {"08:02", {"a"}, {1}}});
  EXPECT_EQ(feed.closed.size(), 2U);
}

TEST(AggregatorClock, TheBulkOfOldRowsClosesNoIntervalThatIsNotOver) {
  Feed feed(a_minutely_detector());
  feed.add_at("08:02:10",
              {{"08:00", {"a"}, {1}},
               {"08:01", {"a"}, {1}},
               {"08:02", {"a"}, {1}},
               {"08:09", {"fast"}, {1}}},
              true);
  feed.close_historical();
  EXPECT_EQ(feed.closed.size(), 2U);
  feed.add_at("08:02:20", {{"08:02:20", {"a"}, {2}}});
  feed.close_until(at("08:03:00"));
  ASSERT_EQ(feed.closed.size(), 3U);
  EXPECT_EQ(feed.value(2, "a"), 3);
}

/// Read again after a stop of an hour, the rows come to what they would have come to at once.
TEST(AggregatorClock, GoesByWhenRowsWereReceivedAndNotByWhenTheyAreRead) {
  Feed feed(a_minutely_detector());
  feed.add_at("08:00:10", {{"08:00:10", {"honest"}, {1}}});
  feed.add_at("08:01:10", {{"08:01:10", {"honest"}, {1}}, {"08:09:00", {"fast"}, {1}}});
  ASSERT_EQ(feed.closed.size(), 1U);

  Feed again(feed.spec, feed.dictionary, feed.closed[0].frame.interval, feed.closed[0].position);
  again.next_row = std::stoul(feed.closed[0].position[0].resume_at);
  again.add_at("08:01:10", {{"08:01:10", {"honest"}, {1}}, {"08:09:00", {"fast"}, {1}}});
  again.add_at("08:01:20", {{"08:01:20", {"honest"}, {1}}});
  again.close_until(at("09:01:00"));
  EXPECT_EQ(again.value(0, "honest"), 2);
  EXPECT_EQ(again.value(8, "fast"), 1);
  EXPECT_EQ(again.refused(RowFault::late), 0U);
}

TEST(AggregatorClock, HoldsARowThatWaitsInThePosition) {
  Feed feed(a_minutely_detector());
  feed.add_at("08:00:10", {{"08:09:00", {"fast"}, {1}}});
  for (const char* time : {"08:00:20", "08:01:20", "08:02:20"})
    feed.add_at(time, {{time, {"honest"}, {1}}});
  ASSERT_EQ(feed.closed.size(), 2U);
  EXPECT_EQ(feed.closed[1].position[0].resume_row, 0U);
  EXPECT_EQ(feed.closed[1].position[0].seen_rows, 3U);
  feed.close_until(at("08:10:00"));
  EXPECT_EQ(feed.closed.back().position[0].resume_row, 4U);
}

TEST(AggregatorClock, RowsOfAStreamThatWaitDoNotMakeItsOwnLate) {
  Feed feed(a_minutely_detector());
  std::optional<TimePoint> newest;
  const auto add = [&](std::string_view now, const std::vector<TestRow>& rows) {
    Intake intake{.batch = batch_of(feed.spec, rows, feed.next_row)};
    intake.batch.received_at = at(now);
    intake.event_time = EventTime{.stream_newest = newest, .watermark = at(now)};
    newest = at(now);
    feed.next_row += rows.size();
    ASSERT_TRUE(feed.aggregator.add(intake, [&](ClosedInterval&& interval) {
      feed.closed.push_back(std::move(interval));
      return ok();
    }));
  };
  add("08:00:10", {{"08:09:00", {"fast"}, {1}}, {"08:00:10", {"honest"}, {1}}});
  add("08:00:20", {{"08:00:20", {"honest"}, {1}}});
  add("08:01:00", {{"08:09:10", {"fast"}, {1}}, {"08:00:59", {"honest"}, {1}}});
  EXPECT_EQ(feed.value(0, "honest"), 2);
  EXPECT_EQ(feed.refused(RowFault::late), 1U) << "08:00:59 came when the stream was at 08:01";
}

TEST(AggregatorClock, HoldsAQuarterOfItsCellsForRowsAhead) {
  Feed feed(a_minutely_detector(), {}, {}, 8);
  std::vector<TestRow> ahead;
  for (int i = 0; i < 5; ++i) ahead.push_back({"08:05", {"fast" + std::to_string(i)}, {1}});
  feed.add_at("08:00:10", ahead);
  EXPECT_EQ(feed.refused(RowFault::future_timestamp), 3U);
  EXPECT_THAT(feed.aggregator.rejected_since_close().samples.at(0).message,
              HasSubstr("2026-03-20T08:05:00Z is ahead of the clock, and more such rows wait"));

  feed.add_at("08:00:20", {{"08:00:20", {"honest"}, {1}}});
  feed.add_at("08:05:00", {{"08:05:00", {"honest"}, {1}}, {"08:06", {"fast0"}, {1}}});
  EXPECT_EQ(feed.refused(RowFault::future_timestamp), 3U) << "what waited has begun";
  EXPECT_EQ(feed.closed.size(), 5U);
  feed.close_until(at("08:07:00"));
  EXPECT_EQ(feed.closed.at(5).quality.rows, 3U);
  EXPECT_EQ(feed.closed.at(6).quality.rows, 1U);
  EXPECT_EQ(feed.refused(RowFault::late), 0U);
}

TEST(AggregatorClock, RowsWithoutATimeOfReceiptAreNotAhead) {
  Feed feed(a_minutely_detector(), {}, {}, 8);
  feed.add_at("08:00:10", {{"08:00:10", {"a"}, {1}}}, true);
  std::vector<TestRow> imported;
  for (int i = 0; i < 5; ++i) imported.push_back({"08:05", {"s" + std::to_string(i)}, {1}});
  feed.add(imported);
  EXPECT_EQ(feed.refused(RowFault::future_timestamp), 0U);
}

TEST(AggregatorClock, ClosesNoIntervalForRoomThatIsNotOver) {
  Feed feed(a_minutely_detector(), {}, {}, 8);
  feed.add_at("08:00:10", {{"08:05", {"fast"}, {1}}});
  for (int i = 0; i < 12; ++i)
    feed.add_at("08:00:20", {{"08:00:20", {"s" + std::to_string(i)}, {1}}});
  EXPECT_EQ(feed.closed.size(), 0U);
  feed.close_until(at("08:01:00"));
  ASSERT_EQ(feed.closed.size(), 1U);
  EXPECT_EQ(feed.closed[0].quality.rows, 12U);
}

}  // namespace
}  // namespace bellwether::ingest
