#include "fair_samples.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace bellwether::ingest {
namespace {

std::size_t samples_of(const RejectedRows& rejected, RowFault fault) {
  return static_cast<std::size_t>(
      std::ranges::count(rejected.samples, fault, &RejectedSample::fault));
}

TEST(FairSamples, KeepRoomForAReasonThatComesLast) {
  RejectedRows rejected;
  for (std::uint64_t row = 1; row <= 1000; ++row)
    add_fairly(rejected, RowFault::late, row, "late " + std::to_string(row));
  for (std::uint64_t row = 1001; row <= 1100; ++row)
    add_fairly(rejected, RowFault::over_series_limit, row, "new " + std::to_string(row));

  EXPECT_EQ(rejected.count(RowFault::late), 1000U);
  EXPECT_EQ(rejected.count(RowFault::over_series_limit), 100U);
  ASSERT_EQ(rejected.samples.size(), RejectedRows::max_samples);
  EXPECT_EQ(samples_of(rejected, RowFault::late), 8U);
  EXPECT_EQ(samples_of(rejected, RowFault::over_series_limit), 8U);
  EXPECT_EQ(rejected.samples.front().message, "late 1");
  EXPECT_EQ(rejected.samples[8].message, "new 1001");
  EXPECT_TRUE(std::ranges::is_sorted(rejected.samples, {}, &RejectedSample::row));
}

TEST(FairSamples, TellOfEveryReason) {
  RejectedRows rejected;
  for (std::uint64_t row = 1; row <= 100; ++row)
    add_fairly(rejected, RowFault::unreadable, row, "text");
  for (std::size_t fault = 0; fault < row_fault_count; ++fault) {
    RejectedRows more;
    more.add(static_cast<RowFault>(fault), 200 + fault, "one more");
    add_fairly(rejected, more);
  }
  for (std::size_t fault = 0; fault < row_fault_count; ++fault)
    EXPECT_GE(samples_of(rejected, static_cast<RowFault>(fault)), 1U) << fault;
  EXPECT_EQ(rejected.total(), 100 + row_fault_count);
  EXPECT_EQ(rejected.samples.size(), RejectedRows::max_samples);
}

TEST(FairSamples, AreNotWantedOfAReasonThatHasMost) {
  RejectedRows rejected;
  EXPECT_TRUE(wants_sample(rejected, RowFault::late));
  for (std::uint64_t row = 1; row <= 16; ++row) add_fairly(rejected, RowFault::late, row, "late");
  EXPECT_FALSE(wants_sample(rejected, RowFault::late));
  EXPECT_TRUE(wants_sample(rejected, RowFault::no_measure));
}

}  // namespace
}  // namespace bellwether::ingest
