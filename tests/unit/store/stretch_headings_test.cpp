#include "stretch_headings.hpp"

#include <gtest/gtest.h>

#include "detector_keys.hpp"

namespace bellwether::store {
namespace {

TimePoint hour(std::int64_t number) { return TimePoint(std::chrono::hours(number)); }

TEST(StretchHeadings, KeepsWhatTheyAre) {
  const std::vector<HeadedInterval> headings{
      {-512, {hour(7), 3, 2, SourceHealth::partial}},
      {-511, {hour(8), 3, 2}},
      {-300, {hour(219), 1'000'000, 2, SourceHealth::silent}},
      {-1, {TimePoint(Duration(12'345)), 1'000'000, 2}},
  };
  const auto read = decode_stretch_headings(-1, encode_stretch_headings(-1, headings));

  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, headings);
  EXPECT_TRUE(decode_stretch_headings(4, encode_stretch_headings(4, {}))->empty());
}

TEST(StretchHeadings, TakesFewBytesForIntervalsInARow) {
  std::vector<HeadedInterval> headings;
  for (IntervalIndex i = 512; i < 1024; ++i) headings.push_back({i, {hour(i), 100'000, 3}});

  const std::string record = encode_stretch_headings(1, headings);

  EXPECT_LT(record.size(), 512 * 5 + 32U);
  EXPECT_EQ(*decode_stretch_headings(1, record), headings);
}

TEST(StretchHeadings, RefusesWhatDoesNotDecode) {
  const std::vector<HeadedInterval> headings{{600, {hour(1), 5, 1}}, {1023, {hour(2), 6, 1}}};
  const std::string record = encode_stretch_headings(1, headings);
  for (std::size_t length = 0; length < record.size(); ++length)
    EXPECT_FALSE(decode_stretch_headings(1, record.substr(0, length))) << length;
  std::string beyond = record;
  ++beyond[2];  // The first lies one later, so that the last is in the next stretch.
  EXPECT_EQ(decode_stretch_headings(1, beyond).error().code, ErrorCode::corrupt);
}

TEST(StretchHeadings, TellTheSeason) {
  const auto apart = [](Duration length) {
    return season_of(
        std::vector<HeadedInterval>{{5, {hour(0), 1, 1}}, {7, {hour(0) + 2 * length, 1, 1}}});
  };
  EXPECT_EQ(apart(std::chrono::hours(1)), 24U);
  EXPECT_EQ(apart(std::chrono::minutes(5)), 288U);
  EXPECT_EQ(apart(std::chrono::days(1)), 7U);
  EXPECT_EQ(apart(Duration(0)), 0U);
  EXPECT_EQ(season_of(std::vector<HeadedInterval>{{5, {hour(0), 1, 1}}}), 0U);
}

}  // namespace
}  // namespace bellwether::store
