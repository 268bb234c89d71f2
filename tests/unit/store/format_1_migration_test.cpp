#include <cmath>

#include <gmock/gmock.h>

#include "bellwether/base/bytes.hpp"

#include "database.hpp"
#include "detector_keys.hpp"
#include "format_1_frames.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::IsEmpty;

/// A segment as format 1 wrote it.
std::string format_1_segment(const MeasureColumn& column, const ScoredColumn& scored,
                             std::size_t first, std::size_t count) {
  std::uint64_t values = 0;
  std::uint64_t scores = 0;
  for (std::size_t i = 0; i < count; ++i) {
    values |= std::uint64_t{!std::isnan(column.values[first + i])} << i;
    scores |= std::uint64_t{!std::isnan(scored.expected[first + i])} << i;
  }
  ByteWriter writer;
  writer.put(std::uint8_t{1});
  writer.put(static_cast<std::uint8_t>(column.row_counts.empty() ? 0 : 1));
  writer.put(static_cast<std::uint8_t>(count));
  writer.put(values);
  writer.put(scores);
  const auto put = [&](const auto& numbers, std::uint64_t mask) {
    for (std::size_t i = 0; i < count && !numbers.empty(); ++i)
      if ((mask >> i & 1U) != 0) writer.put(numbers[first + i]);
  };
  put(column.values, values);
  put(column.row_counts, values);
  for (const auto* numbers : {&scored.expected, &scored.lower, &scored.upper, &scored.severity})
    put(*numbers, scores);
  return writer.take();
}

class Format1MigrationTest : public StoreTest {
 protected:
  /// Commits frames, then puts them into the store as format 1 kept them.
  void make_old_store(IntervalIndex from, IntervalIndex to) {
    Committer shop("shop", {"country"});
    shop.measures = 2;
    std::vector<std::pair<Frame, ScoredFrame>> all;
    for (IntervalIndex i = from; i <= to; ++i) {
      shop.grow_to(i < 100 ? 70 : 130);
      all.emplace_back(shop.frame_of(i), Committer::scores_of(shop.frame_of(i)));
      ASSERT_TRUE(shop.commit(store(), i));
    }
    close();
    const auto database = Database::open(path(), Database::Access::read_write);
    Batch batch(**database);
    ASSERT_TRUE((*database)->erase_range(batch, Family::frames,
                                         keys_beginning_with(detector_prefix("shop"))));
    for (const auto& [frame, scored] : all) {
      const FrameHeading heading{frame.start, frame.series_count, 2, frame.source};
      batch.put(Family::frames, format_1_heading_key("shop", frame.interval),
                encode_heading(heading));
      for (std::size_t m = 0; m < 2; ++m)
        for (std::size_t block = 0; block < heading.block_count(); ++block) {
          const std::size_t first = block * 64;
          batch.put(Family::frames, format_1_segment_key("shop", m, block, frame.interval),
                    format_1_segment(frame.measures[m], scored.measures[m], first,
                                     std::min<std::size_t>(64, frame.series_count - first)));
        }
      frames_.push_back(frame);
    }
    batch.put(Family::meta, "format", "1");
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }

  std::vector<Frame> read_frames() {
    std::vector<Frame> all;
    const auto read =
        store().intervals().read_frames("shop", -10'000, 10'000, [&](const Frame& frame) {
          all.push_back(frame);
          return ok();
        });
    EXPECT_TRUE(read) << read.error().message;
    return all;
  }

  std::vector<Frame> frames_;
};

TEST_F(Format1MigrationTest, KeepsFramesOldAndNew) {
  make_old_store(-700, 1100);

  reopen();

  EXPECT_EQ(read_frames(), frames_);
  EXPECT_THAT(damages(), IsEmpty());
  const auto points = store().intervals().read_points("shop", 0, 129, 1000, 1101);
  ASSERT_TRUE(points);
  EXPECT_EQ(points->expected.back(), 129.5F);  // A newest one, to the bit.
  close();
  const auto database = Database::open(path(), Database::Access::read_only);
  ASSERT_TRUE(database) << database.error().message;
  EXPECT_EQ(**(*database)->get(Family::meta, "format"), "3");
}

TEST_F(Format1MigrationTest, KeepsAFewFrames) {
  make_old_store(5, 7);
  reopen();
  EXPECT_EQ(read_frames(), frames_);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(Format1MigrationTest, GoesOnWhereItWasBrokenOff) {
  make_old_store(-700, 1100);
  {
    const auto database = Database::open(path(), Database::Access::files_only);
    ASSERT_TRUE(database) << database.error().message;
  }
  reopen();
  close();
  {
    // As if it had been killed before it noted that it was done.
    const auto database = Database::open(path(), Database::Access::read_write);
    Batch batch(**database);
    batch.put(Family::meta, "format", "1");
    ASSERT_TRUE((*database)->write(batch, Durability::synced));
  }
  reopen();
  EXPECT_EQ(read_frames(), frames_);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(Format1MigrationTest, TellsAReaderToStartTheServer) {
  make_old_store(0, 3);
  const auto beside = Store::open_read_only(path());
  ASSERT_FALSE(beside);
  EXPECT_THAT(beside.error().message, testing::HasSubstr("start the server once"));
}

TEST_F(Format1MigrationTest, RestoresABackupOfFormat1) {
  make_old_store(0, 3);
  ASSERT_TRUE(restore_store(path(), path_for("restored")));
  const auto restored = Store::open({.path = path_for("restored")});
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_EQ((*restored)->intervals().progress("shop")->last_interval, 3);
  EXPECT_THAT((*restored)->verify({})->damages, IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
