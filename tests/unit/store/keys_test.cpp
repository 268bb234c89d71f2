#include "keys.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "detector_keys.hpp"
#include "format_1_frames.hpp"

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

TEST(FrameKey, GivesItsPartsBack) {
  const std::string key = slab_key("shop", value_letter, -1, 2, 77);

  const FrameKey parts = read_frame_key(key);

  EXPECT_EQ(parts.detector, "shop");
  EXPECT_EQ(parts.letter, value_letter);
  EXPECT_EQ(parts.interval, -1);
  EXPECT_EQ(parts.measure, 2U);
  EXPECT_EQ(parts.slab, 77U);
  EXPECT_TRUE(parts.is_whole);
  EXPECT_TRUE(read_frame_key(heading_key("shop", 7)).is_whole);
  EXPECT_FALSE(read_frame_key(key + "x").is_whole);
  EXPECT_FALSE(read_frame_key(key.substr(0, key.size() - 1)).is_whole);
}

TEST(FrameKey, LiesFrameByFrame) {
  const auto key = [](IntervalIndex interval, MeasureIndex measure, std::size_t slab) {
    return slab_key("shop", value_letter, interval, measure, slab);
  };
  EXPECT_LT(heading_key("shop", -1), heading_key("shop", 0));
  EXPECT_LT(heading_key("shop", 1'000'000), key(-5, 0, 0));
  EXPECT_LT(key(6, 0, 99), key(6, 1, 0));
  EXPECT_LT(key(6, 9, 99), key(7, 0, 0));
  EXPECT_LT(frame_key("shop", value_letter, 7), key(7, 0, 0));
  EXPECT_LT(slab_key("shop", score_letter, 9, 9, 9), key(0, 0, 0));
}

TEST(FrameKey, LiesBeforeAllOfFormat1) {
  EXPECT_LT(slab_key("shop", value_letter, std::numeric_limits<IntervalIndex>::max(), 9, 9),
            format_1_heading_key("shop", -1'000'000'000'000));
}

TEST(ChunkKey, GivesItsPartsBack) {
  const std::string key = chunk_key("shop", -3, 2, 15'000);

  const ChunkKey parts = read_chunk_key(key);

  EXPECT_EQ(parts.detector, "shop");
  EXPECT_EQ(parts.stretch, -3);
  EXPECT_EQ(parts.column, 3U);
  EXPECT_EQ(parts.block, 15'000U);
  EXPECT_TRUE(parts.is_whole);
}

TEST(ChunkKey, LiesStretchByStretchWithTheHeadingsFirst) {
  EXPECT_EQ(stretch_of(-1), -1);
  EXPECT_EQ(stretch_of(511), 0);
  EXPECT_EQ(stretch_of(512), 1);
  EXPECT_LT(stretch_headings_key("shop", 1), chunk_key("shop", 1, 0, 0));
  EXPECT_LT(chunk_key("shop", 1, 0, 9), chunk_key("shop", 1, 1, 0));
  EXPECT_LT(chunk_key("shop", 1, 9, 9), stretch_headings_key("shop", 2));
}

}  // namespace
}  // namespace bellwether::store
