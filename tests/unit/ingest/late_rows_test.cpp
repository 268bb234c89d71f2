// Rows of closed intervals: which are kept, what they come to, and that they count once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

DetectorSpec with_window(DetectorSpec spec, Duration late_window) {
  spec.late_window = late_window;
  return spec;
}

TEST(LateRows, AmendTheirIntervalWithTheNextOneThatCloses) {
  Aggregation hourly(with_window(a_detector(), std::chrono::hours(3)));
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {2}}});
  hourly.add({{"08:20", {"a"}, {10}}, {"08:30", {"b"}, {20}}, {"08:40", {"a"}, {30}}});
  ASSERT_EQ(hourly.closed.size(), 1U);
  hourly.add({{"10:00", {"a"}, {3}}});

  ASSERT_EQ(hourly.closed.size(), 2U);
  EXPECT_THAT(hourly.closed[0].amendments, IsEmpty());
  EXPECT_EQ(hourly.value(0, "*"), 1) << "what was closed stays what it was";
  ASSERT_EQ(hourly.closed[1].amendments.size(), 1U);
  EXPECT_EQ(hourly.closed[1].amendments[0].rows, 3U);
  EXPECT_EQ(hourly.late(1, "08:00", "a"), (LateValue{40, 0}));
  EXPECT_EQ(hourly.late(1, "08:00", "b"), (LateValue{20, 0}));
  EXPECT_EQ(hourly.late(1, "08:00", "*"), (LateValue{60, 0}));
  EXPECT_EQ(hourly.value(1, "*"), 2) << "the interval they came in has its own rows alone";
  EXPECT_EQ(hourly.closed[1].quality.rows, 1U);
  EXPECT_EQ(hourly.closed[1].quality.late_merged, 3U);
  EXPECT_EQ(hourly.closed[1].quality.rejected.total(), 0U);
}

TEST(LateRows, GiveEveryAggregateItsPart) {
  DetectorSpec spec = a_detector({{"s", Aggregate::sum},
                                  {"a", Aggregate::avg},
                                  {"lo", Aggregate::min},
                                  {"hi", Aggregate::max},
                                  {"n", Aggregate::count}});
  Aggregation hourly(with_window(spec, std::chrono::hours(1)));
  hourly.add({{"08:00", {"x"}, {1, 10, 4, 4, 9}}, {"09:00", {"x"}, {0, 0, 0, 0, 0}}});
  hourly.add({{"08:01", {"x"}, {2, 20, 3, 5, absent}},
              {"08:02", {"y"}, {4, 60, 8, 1, 7}},
              {"08:03", {"y"}, {absent, 30, 9, 2, 7}}});
  hourly.close_all();

  EXPECT_EQ(hourly.late(1, "08:00", "x", 0), (LateValue{2, 0}));
  EXPECT_EQ(hourly.late(1, "08:00", "*", 0), (LateValue{6, 0}));
  EXPECT_EQ(hourly.late(1, "08:00", "y", 1), (LateValue{90, 2}));
  EXPECT_EQ(hourly.late(1, "08:00", "*", 1), (LateValue{110, 3})) << "sum and number of rows";
  EXPECT_EQ(hourly.late(1, "08:00", "*", 2), (LateValue{3, 0}));
  EXPECT_EQ(hourly.late(1, "08:00", "*", 3), (LateValue{5, 0}));
  EXPECT_EQ(hourly.late(1, "08:00", "x", 4), std::nullopt);
  EXPECT_EQ(hourly.late(1, "08:00", "*", 4), (LateValue{2, 0}));
}

TEST(LateRows, AreKeptAsLongAsTheWindowSays) {
  Aggregation hourly(with_window(a_detector(), std::chrono::hours(2)));
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}, {"10:00", {"a"}, {1}}});
  hourly.add({{"08:10", {"a"}, {5}}});  // 09:00 was closed last: 08:00 ended an hour before.
  hourly.add({{"11:00", {"a"}, {1}}});
  hourly.add({{"08:20", {"a"}, {7}}, {"09:20", {"a"}, {9}}});
  hourly.close_all();

  EXPECT_EQ(hourly.late(2, "08:00", "a"), (LateValue{5, 0}));
  EXPECT_EQ(hourly.late(3, "08:00", "a"), std::nullopt);
  EXPECT_EQ(hourly.late(3, "09:00", "a"), (LateValue{9, 0}));
  const RejectedRows& rejected = hourly.closed[3].quality.rejected;
  EXPECT_EQ(rejected.count(RowFault::late), 1U);
  EXPECT_THAT(rejected.samples.at(0).message,
              HasSubstr("its interval had been closed, longer ago than late_window (2h)"));
}

TEST(LateRows, AreRefusedWithoutAWindow) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}, {"08:59", {"a"}, {1}}});
  hourly.close_all();

  EXPECT_THAT(hourly.closed[1].amendments, IsEmpty());
  EXPECT_EQ(hourly.closed[1].quality.rejected.count(RowFault::late), 1U);
}

TEST(LateRows, AreRefusedWhereThereIsNoFrameToAmend) {
  Aggregation hourly(with_window(a_detector(), std::chrono::hours(24)));
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {1}}});
  hourly.add({{"07:00", {"a"}, {1}}, {"08:00", {"a"}, {2}}});
  hourly.close_all();

  EXPECT_EQ(hourly.closed[1].quality.late_merged, 1U);
  EXPECT_EQ(hourly.closed[1].quality.rejected.count(RowFault::late), 1U);
}

TEST(LateRows, GiveNewSeriesTheirPlacesInTheOrderOfTheirText) {
  Aggregation hourly(with_window(a_detector(), std::chrono::hours(3)));
  hourly.add({{"08:00", {"m"}, {1}}, {"09:00", {"z"}, {2}}});
  hourly.add({{"08:20", {"q"}, {10}}, {"09:30", {"k"}, {20}}, {"08:40", {"b"}, {30}}});
  hourly.close_all();

  EXPECT_THAT(hourly.series_names(), ElementsAre("m", "*", "b", "k", "q", "z"));
  EXPECT_EQ(hourly.closed[1].frame.series_count, 6U);
  EXPECT_EQ(hourly.closed[1].quality.series_new, 4U);
  EXPECT_EQ(hourly.late(1, "08:00", "q"), (LateValue{10, 0}));
}

TEST(LateRows, AreHeldToTheLimitOnSeries) {
  DetectorSpec spec = with_window(a_detector(), std::chrono::hours(3));
  spec.max_series = 2;
  Aggregation hourly(spec);
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {2}}});
  hourly.add({{"08:20", {"b"}, {10}}, {"08:30", {"a"}, {20}}});
  hourly.close_all();

  EXPECT_EQ(hourly.closed[1].quality.rejected.count(RowFault::over_series_limit), 1U);
  EXPECT_EQ(hourly.late(1, "08:00", "*"), (LateValue{20, 0}));
}

TEST(LateRows, AreRefusedBeyondWhatIsHeldInMemory) {
  Aggregation hourly(with_window(a_detector(), std::chrono::hours(3)), {}, {}, 8);
  hourly.add({{"08:00", {"a"}, {1}}, {"09:00", {"a"}, {2}}});
  hourly.add({{"08:20", {"a"}, {1}}, {"08:21", {"b"}, {1}}, {"08:22", {"c"}, {1}}});
  EXPECT_EQ(hourly.aggregator.open_cells(), 3U);
  hourly.close_all();

  EXPECT_EQ(hourly.closed[1].quality.late_merged, 2U);
  const RejectedRows& rejected = hourly.closed[1].quality.rejected;
  ASSERT_EQ(rejected.count(RowFault::late), 1U);
  EXPECT_THAT(rejected.samples.at(0).message, HasSubstr("more late rows wait than are held"));
  EXPECT_EQ(hourly.aggregator.open_cells(), 0U);
}

TEST(LateRows, CountOnceWhenTheyAreMetAgainAfterACrash) {
  const DetectorSpec spec = with_window(a_detector(), std::chrono::hours(3));
  const std::vector<TestRow> rows = {
      {"08:00", {"a"}, {1}},   {"09:00", {"a"}, {2}},   // Closes 08:00.
      {"10:30", {"a"}, {4}},                            // Closes 09:00; holds the stream.
      {"09:10", {"a"}, {8}},                            // Late.
      {"10:40", {"a"}, {16}},  {"09:20", {"a"}, {32}},  // Late.
      {"11:00", {"a"}, {64}},                           // Closes 10:00.
      {"09:30", {"a"}, {128}},                          // Late, and not committed.
  };
  Aggregation first(spec);
  first.add(rows);
  ASSERT_EQ(first.closed.size(), 3U);
  ASSERT_EQ(first.late(2, "09:00", "a"), (LateValue{40, 0}));

  // From the position committed with 09:00, two of the rows are met for the first time.
  Aggregation after_nine(spec, first.dictionary, first.closed[1].frame.interval,
                         first.closed[1].position);
  after_nine.next_row = 0;
  after_nine.add(rows);
  after_nine.close_all();
  EXPECT_EQ(after_nine.late(0, "09:00", "a"), (LateValue{40, 0}));
  EXPECT_EQ(after_nine.value(0, "a"), 20);
  EXPECT_EQ(after_nine.late(1, "09:00", "a"), (LateValue{128, 0}));

  // With that of 10:00 they are committed.
  Aggregation after_ten(spec, first.dictionary, first.closed[2].frame.interval,
                        first.closed[2].position);
  after_ten.next_row = 0;
  after_ten.add(rows);
  after_ten.close_all();
  ASSERT_EQ(after_ten.closed.size(), 1U);
  EXPECT_EQ(after_ten.late(0, "09:00", "a"), (LateValue{128, 0}));
  EXPECT_EQ(after_ten.closed[0].quality.late_merged, 1U);
  EXPECT_EQ(after_ten.closed[0].quality.rejected.total(), 0U);
}

TEST(LateRows, CountOnceWhenTheirSourceBeginsAnIntervalAgain) {
  Aggregation hourly(with_window(a_detector(), std::chrono::hours(3)));
  hourly.add({{"08:00", {"a"}, {1}}});
  hourly.close_import("08:00");
  const std::uint64_t first_row = hourly.next_row;
  hourly.add({{"09:00", {"a"}, {2}}, {"08:50", {"a"}, {4}}});
  hourly.aggregator.discard(at("09:00"));
  hourly.next_row = first_row;
  hourly.add({{"09:00", {"a"}, {2}}, {"08:50", {"a"}, {4}}, {"08:55", {"a"}, {8}}});
  hourly.close_import("09:00");

  ASSERT_EQ(hourly.closed.size(), 2U);
  EXPECT_EQ(hourly.value(1, "a"), 2);
  EXPECT_EQ(hourly.late(1, "08:00", "a"), (LateValue{12, 0}));
}

}  // namespace
}  // namespace bellwether::ingest
