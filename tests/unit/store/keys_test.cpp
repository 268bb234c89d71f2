#include "keys.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "detector_keys.hpp"

namespace bellwether::store {
namespace {

TEST(KeyWriter, SortsIntervalsLikeNumbers) {
  const std::vector<IntervalIndex> intervals{
      std::numeric_limits<IntervalIndex>::min(), -1025, -1024, -1, 0, 1, 255, 256, 1024,
      std::numeric_limits<IntervalIndex>::max()};
  std::vector<std::string> keys;
  for (const IntervalIndex interval : intervals)
    keys.push_back(KeyWriter().interval(interval).take());

  EXPECT_TRUE(std::ranges::is_sorted(keys));
  for (std::size_t i = 0; i < keys.size(); ++i)
    EXPECT_EQ(KeyReader(keys[i]).interval(), intervals[i]);
}

TEST(KeyWriter, SortsNewestFirst) {
  const auto key = [](std::int64_t ms) {
    return KeyWriter().newest_first(TimePoint(Duration(ms))).take();
  };

  EXPECT_LT(key(5), key(4));
  EXPECT_LT(key(0), key(-1));
  EXPECT_EQ(KeyReader(key(-7)).newest_first(), TimePoint(Duration(-7)));
}

TEST(KeyWriter, KeepsNamesApart) {
  EXPECT_LT(detector_prefix("shop") + "\xff\xff", detector_prefix("shop-2"));
}

TEST(KeyReader, FailsOnWhatIsTooShort) {
  KeyReader reader("abc");
  reader.number<std::uint64_t>();
  EXPECT_TRUE(reader.failed());
  EXPECT_TRUE(reader.tail().empty());

  KeyReader unended("name without an end");
  EXPECT_TRUE(unended.name().empty());
  EXPECT_TRUE(unended.failed());
}

TEST(AfterPrefix, IsTheNextKeyThatDoesNotBeginWithIt) {
  EXPECT_EQ(after_prefix("ab"), "ac");
  EXPECT_EQ(after_prefix("a\xff\xff"), "b");
  EXPECT_EQ(after_prefix("\xff"), "");
}

TEST(FrameKey, ReadsBack) {
  const std::string key = segment_key("shop", 2, 77, -1);
  const FrameKey parts = read_frame_key(key);

  EXPECT_TRUE(parts.is_whole);
  EXPECT_EQ(parts.detector, "shop");
  EXPECT_EQ(parts.epoch, -1);
  EXPECT_EQ(parts.column, 3);
  EXPECT_EQ(parts.segment, 77U);
  EXPECT_EQ(parts.interval, -1);
  EXPECT_EQ(interval_in(key), -1);
  EXPECT_FALSE(read_frame_key(key.substr(0, key.size() - 1)).is_whole);
}

TEST(FrameKey, LiesSegmentBySegmentInsideAnEpoch) {
  EXPECT_LT(heading_key("shop", 1023), segment_key("shop", 0, 0, 0));
  EXPECT_LT(segment_key("shop", 0, 0, 1023), segment_key("shop", 0, 1, 0));
  EXPECT_LT(segment_key("shop", 0, 99, 1023), segment_key("shop", 1, 0, 0));
  EXPECT_LT(segment_key("shop", 9, 99, 1023), heading_key("shop", 1024));
}

}  // namespace
}  // namespace bellwether::store
