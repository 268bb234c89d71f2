#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

TEST(AggregatorImport, ClosesAnIntervalWhenItWasImportedWhole) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}, {"08:30", {"b"}, {2}}});
  hourly.close_import("08:00");

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.value(0, "*"), 3);
  EXPECT_EQ(hourly.closed[0].quality.import_failure, "");
  ASSERT_EQ(hourly.closed[0].position.size(), 1U);
  EXPECT_EQ(hourly.closed[0].position[0].resume_at, "after 08:00");
}

TEST(AggregatorImport, CountsRowsOfARestartedIntervalOnce) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}, refused(RowFault::bad_timestamp)});
  hourly.aggregator.discard(at("08:00"));
  EXPECT_EQ(hourly.aggregator.open_cells(), 0U);
  hourly.add({{"08:00", {"a"}, {1}}, refused(RowFault::bad_timestamp), {"08:30", {"b"}, {2}}});
  hourly.close_import("08:00");

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.value(0, "*"), 3);
  EXPECT_EQ(hourly.closed[0].quality.rows, 2U);
  EXPECT_EQ(hourly.closed[0].quality.rejected.total(), 1U);
}

TEST(AggregatorImport, LeavesNothingOfAnIntervalWhoseImportFailedButTheReason) {
  Aggregation hourly(a_detector());
  hourly.add({{"08:00", {"a"}, {1}}});
  hourly.close_import("08:00");
  hourly.add({{"09:00", {"a"}, {7}}});
  hourly.close_import("09:00", "the bucket does not answer");
  hourly.add({{"10:00", {"a"}, {3}}});
  hourly.close_import("10:00");

  ASSERT_EQ(hourly.closed.size(), 3U);
  EXPECT_EQ(hourly.closed[1].quality.rows, 0U);
  EXPECT_EQ(hourly.closed[1].quality.series_present, 0U);
  EXPECT_EQ(hourly.closed[1].quality.import_failure, "the bucket does not answer");
  EXPECT_EQ(hourly.closed[1].position[0].resume_at, "after 09:00");
  EXPECT_EQ(hourly.closed[2].quality.import_failure, "");
  EXPECT_EQ(hourly.value(2, "a"), 3);
}

TEST(AggregatorImport, ShowsAFailureBeforeAnyRowWasSeen) {
  Aggregation hourly(a_detector());
  hourly.close_import("08:00", "no object under shop/0800/");

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.closed[0].frame.start, at("08:00"));
  EXPECT_EQ(hourly.closed[0].quality.import_failure, "no object under shop/0800/");
}

TEST(AggregatorImport, ShowsRowsThatWereAllRefusedBeforeAnyWasCounted) {
  Aggregation hourly(a_detector());
  hourly.close_import("07:00");
  hourly.add({refused(RowFault::no_measure)});
  hourly.close_import("08:00");

  ASSERT_EQ(hourly.closed.size(), 1U);
  EXPECT_EQ(hourly.closed[0].frame.start, at("08:00"));
  EXPECT_EQ(hourly.closed[0].quality.rejected.count(RowFault::no_measure), 1U);
}

}  // namespace
}  // namespace bellwether::ingest
