#include "bellwether/store/interval_log.hpp"

#include <cmath>
#include <vector>

#include <gmock/gmock.h>

#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class IntervalLogTest : public StoreTest {
 protected:
  std::vector<Frame> frames(const std::string& detector, IntervalIndex from, IntervalIndex to) {
    std::vector<Frame> all;
    const auto read = store().intervals().read_frames(detector, from, to, [&](const Frame& frame) {
      all.push_back(frame);
      return ok();
    });
    EXPECT_TRUE(read) << read.error().message;
    return all;
  }
};

TEST_F(IntervalLogTest, StartsWithoutProgress) {
  const auto progress = store().intervals().progress("shop");

  ASSERT_TRUE(progress);
  EXPECT_FALSE(progress->last_interval);
  EXPECT_FALSE(progress->first_interval);
  EXPECT_EQ(progress->intervals, 0U);
}

TEST_F(IntervalLogTest, KeepsAllAnIntervalLeavesBehindOverARestart) {
  Committer shop("shop", {"country"});
  shop.measures = 2;
  shop.grow_to(130);
  shop.position = {{"file", "at 12", 7, 9}};
  shop.checkpoints = {{0, 5, "block zero"}, {1, 5, std::string("\0\1", 2)}};
  const Frame frame = shop.frame_of(5);
  ASSERT_TRUE(shop.commit(store(), 5));
  reopen();

  const auto progress = store().intervals().progress("shop");
  ASSERT_TRUE(progress);
  EXPECT_EQ(progress->last_interval, 5);
  EXPECT_EQ(progress->first_interval, 5);
  EXPECT_EQ(progress->intervals, 1U);
  EXPECT_EQ(progress->position, shop.position);
  EXPECT_EQ(progress->grouper_state, "grouper");
  EXPECT_EQ(progress->router_state, "router");
  EXPECT_THAT(frames("shop", 0, 100), ElementsAre(frame));
  const auto checkpoints = store().intervals().checkpoints("shop");
  ASSERT_TRUE(checkpoints);
  EXPECT_THAT(*checkpoints, ElementsAre(BlockCheckpoint{0, 5, "block zero"},
                                        BlockCheckpoint{1, 5, std::string("\0\1", 2)}));
  Dictionary dictionary({"country"});
  ASSERT_TRUE(store().intervals().load_dictionary("shop", dictionary));
  EXPECT_EQ(dictionary.extent(), shop.dictionary.extent());
  EXPECT_EQ(dictionary.key(129, "m"), shop.dictionary.key(129, "m"));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(IntervalLogTest, PutsCheckpointsInThePlaceOfOlderOnes) {
  Committer shop("shop", {});
  shop.grow_to(1);
  shop.checkpoints = {{0, 4, ""}, {1, 4, ""}, {300, 4, ""}};
  ASSERT_TRUE(shop.commit(store(), 5));
  ASSERT_TRUE(store().intervals().save_checkpoints(
      "shop", std::vector<BlockCheckpoint>{{1, 5, "one"}, {300, 5, "far"}}));
  reopen();

  EXPECT_THAT(*store().intervals().checkpoints("shop"),
              ElementsAre(BlockCheckpoint{0, 4, ""}, BlockCheckpoint{1, 5, "one"},
                          BlockCheckpoint{300, 5, "far"}));
  std::vector<std::size_t> read;
  const auto note = [&](const BlockCheckpoint& checkpoint) {
    read.push_back(checkpoint.block);
    return ok();
  };
  ASSERT_TRUE(store().intervals().read_checkpoints("shop", 1, 300, note));
  EXPECT_THAT(read, ElementsAre(1U));
  ASSERT_TRUE(store().intervals().read_checkpoints("shop", 256, 1000, note));
  EXPECT_THAT(read, ElementsAre(1U, 300U));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(IntervalLogTest, RefusesAnIntervalThatIsNotBeyondTheLast) {
  Committer shop("shop", {});
  shop.grow_to(1);
  ASSERT_TRUE(shop.commit(store(), 5));
  shop.groups = {a_group("g1", "shop", minute(4))};

  const auto again = shop.commit(store(), 5);

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::already_exists);
  EXPECT_THAT(again.error().message, HasSubstr("interval 5 is not beyond 5"));
  EXPECT_EQ(store().groups().get("g1").error().code, ErrorCode::not_found);
  EXPECT_EQ(shop.commit(store(), 4).error().code, ErrorCode::already_exists);
  EXPECT_TRUE(shop.commit(store(), 9));
}

TEST_F(IntervalLogTest, RefusesScoresOfAnotherLength) {
  Committer shop("shop", {"country"});
  shop.grow_to(3);
  const Frame frame = shop.frame_of(1);
  ScoredFrame scored = Committer::scores_of(frame);
  scored.measures[0].upper.pop_back();

  const auto done = store().intervals().commit(
      {"shop", frame, scored, {}, {}, shop.dictionary, {}, {}, {}, {}, "", "", {}});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::invalid_input);
  EXPECT_FALSE(store().intervals().progress("shop")->last_interval);
}

TEST_F(IntervalLogTest, RefusesADictionaryThatIsNotTheOneOfTheLastCommit) {
  Committer shop("shop", {"country"});
  shop.grow_to(3);
  ASSERT_TRUE(shop.commit(store(), 1));
  shop.before.series = 1;

  EXPECT_EQ(shop.commit(store(), 2).error().code, ErrorCode::internal);
}

TEST_F(IntervalLogTest, GivesFramesOfGrowingLengthInOrder) {
  Committer shop("shop", {"country"});
  shop.measures = 2;
  std::vector<Frame> committed;
  for (const IntervalIndex interval : {-3, -1, 0, 1023, 1024, 2050}) {
    shop.grow_to(shop.dictionary.series_count() + 50);
    committed.push_back(shop.frame_of(interval));
    ASSERT_TRUE(shop.commit(store(), interval));
  }

  EXPECT_EQ(frames("shop", -1000, 10'000), committed);
  EXPECT_THAT(frames("shop", 0, 1024), ElementsAre(committed[2], committed[3]));
  EXPECT_THAT(frames("shop", 1, 1023), IsEmpty());
  EXPECT_THAT(frames("other", -1000, 10'000), IsEmpty());
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(IntervalLogTest, StopsReadingFramesWhenTheVisitorFails) {
  Committer shop("shop", {});
  shop.grow_to(1);
  for (IntervalIndex i = 0; i < 3; ++i) ASSERT_TRUE(shop.commit(store(), i));
  int visits = 0;

  const auto read = store().intervals().read_frames("shop", 0, 3, [&](const Frame&) {
    ++visits;
    return Result<void>(unavailable("enough"));
  });

  EXPECT_EQ(read.error().message, "enough");
  EXPECT_EQ(visits, 1);
}

TEST_F(IntervalLogTest, ReadsARectangleOfValues) {
  Committer shop("shop", {"country"});
  shop.measures = 2;
  for (IntervalIndex i = 1020; i < 1030; ++i) {
    if (i == 1025) continue;
    shop.grow_to(i < 1023 ? 70 : 200);
    ASSERT_TRUE(shop.commit(store(), i));
  }
  const SeriesIndex first = 60;
  const std::size_t rows = 80;
  const IntervalIndex from = 1018;
  const std::size_t columns = 10;
  std::vector<float> values(rows * columns);

  ASSERT_TRUE(store().intervals().read_values("shop", 1, first, rows, from, from + 10, values));

  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column) {
      const IntervalIndex interval = from + static_cast<IntervalIndex>(column);
      const std::size_t series = first + row;
      const std::size_t known = interval < 1023 ? 70 : 200;
      const bool is_there = interval >= 1020 && interval != 1025 && series < known;
      const double expected = is_there ? Committer::value_of(1, series, interval) : nothing;
      const float actual = values[row * columns + column];
      if (std::isnan(expected))
        EXPECT_TRUE(std::isnan(actual)) << row << ' ' << column;
      else
        EXPECT_EQ(actual, static_cast<float>(expected)) << row << ' ' << column;
    }
}

TEST_F(IntervalLogTest, RefusesRoomOfTheWrongSize) {
  std::vector<float> values(7);
  EXPECT_EQ(store().intervals().read_values("shop", 0, 0, 2, 0, 4, values).error().code,
            ErrorCode::internal);
}

TEST_F(IntervalLogTest, ReadsPointsOfASeriesThatCameLater) {
  Committer shop("shop", {"country"});
  shop.measures = 2;
  for (IntervalIndex i = 0; i < 6; ++i) {
    shop.grow_to(i < 3 ? 10 : 100);
    ASSERT_TRUE(shop.commit(store(), i));
  }

  const auto points = store().intervals().read_points("shop", 1, 70, 1, 5);

  ASSERT_TRUE(points) << points.error().message;
  EXPECT_THAT(points->intervals, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(points->starts, ElementsAre(minute(1), minute(2), minute(3), minute(4)));
  ASSERT_EQ(points->values.size(), 4U);
  EXPECT_TRUE(std::isnan(points->values[0]));
  EXPECT_TRUE(std::isnan(points->values[1]));
  EXPECT_TRUE(std::isnan(points->values[2]));  // (70 + 3) % 7 == 3: a gap.
  EXPECT_EQ(points->values[3], Committer::value_of(1, 70, 4));
  EXPECT_TRUE(std::isnan(points->expected[1]));
  EXPECT_EQ(points->expected[2], 70.5F);
  EXPECT_EQ(points->lower[3], 70.0F);
  EXPECT_EQ(points->upper[3], 71.0F);
  EXPECT_EQ(points->severity[3], 12.0F);
}

TEST_F(IntervalLogTest, ReadsPointsOverEpochs) {
  Committer shop("shop", {});
  shop.grow_to(1);
  for (const IntervalIndex i : {0, 1023, 1024, 2048, 5000}) ASSERT_TRUE(shop.commit(store(), i));

  const auto points = store().intervals().read_points("shop", 0, 0, -10'000, 10'000);

  ASSERT_TRUE(points);
  EXPECT_THAT(points->intervals, ElementsAre(0, 1023, 1024, 2048, 5000));
  EXPECT_EQ(points->values.back(), 5'000'000);
}

TEST_F(IntervalLogTest, ReadsQualityNewestFirst) {
  Committer shop("shop", {});
  shop.grow_to(1);
  for (IntervalIndex i = -2; i < 4; ++i) ASSERT_TRUE(shop.commit(store(), i));

  const auto quality = store().intervals().read_quality("shop", 3, 4);

  ASSERT_TRUE(quality);
  ASSERT_EQ(quality->size(), 4U);
  EXPECT_EQ((*quality)[0].interval, 2);
  EXPECT_EQ((*quality)[3].interval, -1);
  EXPECT_EQ((*quality)[0].rows, 1U);
  EXPECT_EQ((*quality)[0].rejected.samples[0].message, "too late");
}

TEST_F(IntervalLogTest, ForgetsWhatRetentionDrops) {
  Committer shop("shop", {});
  shop.grow_to(1);
  for (IntervalIndex i = 0; i < 2100; i += 100) ASSERT_TRUE(shop.commit(store(), i));

  ASSERT_TRUE(store().intervals().drop_before("shop", 1150));
  ASSERT_TRUE(store().intervals().drop_before("shop", 900));  // Never backwards.

  EXPECT_EQ(store().intervals().progress("shop")->first_interval, 1150);
  EXPECT_EQ(store().intervals().progress("shop")->intervals, 21U);
  EXPECT_EQ(frames("shop", 0, 3000).front().interval, 1200);
  EXPECT_EQ(store().intervals().read_points("shop", 0, 0, 0, 3000)->intervals.front(), 1200);
  EXPECT_EQ(store().intervals().read_quality("shop", 3000, 100)->back().interval, 1200);
  EXPECT_THAT(damages(), IsEmpty());

  ASSERT_TRUE(store().intervals().drop_before("shop", 5000));
  EXPECT_FALSE(store().intervals().progress("shop")->first_interval);
  EXPECT_EQ(store().intervals().progress("shop")->last_interval, 2000);
  EXPECT_THAT(frames("shop", 0, 3000), IsEmpty());
  EXPECT_TRUE(shop.commit(store(), 5001));
  EXPECT_EQ(store().intervals().progress("shop")->first_interval, 5000);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(IntervalLogTest, ForgetsADetectorAndNoOther) {
  Committer shop("shop", {"country"});
  Committer shop2("shop2", {"country"});
  for (Committer* detector : {&shop, &shop2}) {
    detector->grow_to(3);
    detector->checkpoints = {{0, 1, "x"}};
  }
  shop.groups = {a_group("g1", "shop", minute(1))};
  shop2.groups = {a_group("g2", "shop2", minute(1))};
  ASSERT_TRUE(shop.commit(store(), 1));
  ASSERT_TRUE(shop2.commit(store(), 1));
  ASSERT_TRUE(store().inbox().append("shop", {}, "key", "answer", minute(1)));

  ASSERT_TRUE(store().intervals().drop_detector("shop"));

  EXPECT_FALSE(store().intervals().progress("shop")->last_interval);
  EXPECT_THAT(frames("shop", 0, 10), IsEmpty());
  EXPECT_THAT(*store().intervals().checkpoints("shop"), IsEmpty());
  EXPECT_FALSE(store().groups().get("g1"));
  EXPECT_FALSE(*store().inbox().answer_of("shop", "key"));
  EXPECT_EQ(store().inbox().pending_bytes("shop"), 0U);
  EXPECT_EQ(frames("shop2", 0, 10).size(), 1U);
  EXPECT_TRUE(store().groups().get("g2"));
  EXPECT_THAT(damages(), IsEmpty());

  Committer anew("shop", {"city", "street"});
  anew.grow_to(1);
  EXPECT_TRUE(anew.commit(store(), 0));
}

}  // namespace
}  // namespace bellwether::store
