#include "row_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest_fixtures.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(KeepRows, LeavesOutRowsAsIfTheyHadNeverBeen) {
  const DetectorSpec spec = a_detector();
  RowBatch batch = batch_of(spec,
                            {{"07:59", {"a"}, {1}},
                             {"08:00", {"b"}, {2}},
                             refused(RowFault::bad_timestamp),
                             {"09:00", {"c"}, {3}},
                             {"08:30", {"a"}, {4}}},
                            10);

  keep_rows(batch, [](TimePoint time) { return time >= at("08:00") && time < at("09:00"); });

  EXPECT_THAT(batch.timestamps, ElementsAre(at("08:00"), at("08:30")));
  EXPECT_THAT(batch.measures[0], ElementsAre(2, 4));
  EXPECT_EQ(batch.dimensions[0].values[batch.dimensions[0].codes[1]], "a");
  EXPECT_THAT(batch.row_numbers, ElementsAre(0, 2));
  EXPECT_EQ(batch.end_row, 13U);
  EXPECT_EQ(batch.rejected.total(), 1U);
}

TEST(KeepRows, MayLeaveNothing) {
  RowBatch batch = batch_of(a_detector(), {{"08:00", {"b"}, {2}}}, 5);

  keep_rows(batch, [](TimePoint) { return false; });

  EXPECT_EQ(batch.end_row, batch.first_row);
  EXPECT_THAT(batch.timestamps, IsEmpty());
}

}  // namespace
}  // namespace bellwether::ingest
