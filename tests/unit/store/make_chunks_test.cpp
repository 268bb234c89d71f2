#include <cmath>
#include <cstdlib>
#include <iostream>
#include <thread>

#include <gmock/gmock.h>

#include "bellwether/store/chunk_maker.hpp"
#include "bellwether/store/interval_log.hpp"

#include "amendment_codec.hpp"
#include "band_codec.hpp"
#include "child_process.hpp"
#include "chunk_codec.hpp"
#include "database.hpp"
#include "detector_keys.hpp"
#include "severity_codec.hpp"
#include "state_records.hpp"
#include "store_fixture.hpp"
#include "stretch_headings.hpp"

namespace bellwether::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// One stretch and the newest 128 intervals, with two series more than fit in a slab in the end.
constexpr IntervalIndex last_interval = 511 + 130;

Committer a_shop() {
  Committer shop("shop", {"country"});
  shop.measures = 2;
  return shop;
}

void commit_all(Committer& shop, Store& store, IntervalIndex from, IntervalIndex to) {
  for (IntervalIndex i = from; i <= to; ++i) {
    shop.grow_to(i < 100 ? 70 : 514);
    ASSERT_TRUE(shop.commit(store, i));
  }
}

class MakeChunksTest : public StoreTest {
 protected:
  std::vector<Frame> frames() {
    std::vector<Frame> all;
    const auto read =
        store().intervals().read_frames("shop", -10'000, 10'000, [&](const Frame& frame) {
          all.push_back(frame);
          return ok();
        });
    EXPECT_TRUE(read) << read.error().message;
    return all;
  }

  Points points(SeriesIndex series) {
    auto read = store().intervals().read_points("shop", 1, series, -10'000, 10'000);
    EXPECT_TRUE(read) << read.error().message;
    return read ? *read : Points();
  }

  std::vector<float> values() {
    std::vector<float> all(514 * 700);
    EXPECT_TRUE(store().intervals().read_values("shop", 1, 0, 514, 0, 700, all));
    for (float& value : all)
      if (std::isnan(value)) value = -1;
    return all;
  }

  /// Makes chunks until there is nothing to do, and gives the number of steps.
  int make_all() {
    int steps = 0;
    for (;; ++steps) {
      const auto made = store().intervals().make_chunks("shop");
      EXPECT_TRUE(made) << made.error().message;
      if (!made || !*made) return steps;
    }
  }

  template <class Change>
  std::vector<std::string> damages_after(Change change) {
    close();
    {
      const auto database = Database::open(path(), Database::Access::read_write);
      Batch batch(**database);
      change(batch);
      EXPECT_TRUE((*database)->write(batch, Durability::synced));
    }
    reopen();
    return damages();
  }
};

TEST_F(MakeChunksTest, ChangesNothingThatIsRead) {
  Committer shop = a_shop();
  commit_all(shop, store(), 3, last_interval);
  const auto frames_before = frames();
  const auto values_before = values();
  const Points before = points(513);

  EXPECT_EQ(make_all(), 5);  // Two measures of two slabs, and the switch.

  EXPECT_EQ(frames(), frames_before);
  EXPECT_EQ(values(), values_before);
  const Points after = points(513);
  EXPECT_EQ(after.intervals, before.intervals);
  EXPECT_EQ(after.starts, before.starts);
  for (std::size_t i = 0; i < before.intervals.size(); ++i) {
    const auto same = [](auto a, auto b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    EXPECT_TRUE(same(after.values[i], before.values[i])) << i;
    const bool is_in_chunk = before.intervals[i] < 512;
    const float severity = is_in_chunk ? coarse_severity(before.severity[i]) : before.severity[i];
    EXPECT_TRUE(same(after.severity[i], severity)) << i;
    if (!std::isnan(before.expected[i])) {
      EXPECT_NEAR(after.expected[i], before.expected[i], is_in_chunk ? largest_band_error : 0);
    }
  }
  EXPECT_THAT(damages(), IsEmpty());
  reopen();
  EXPECT_EQ(frames(), frames_before);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(MakeChunksTest, ReadsTheSameAfterEveryStep) {
  Committer shop = a_shop();
  commit_all(shop, store(), 3, last_interval);
  const auto frames_before = frames();
  for (bool is_done = false; !is_done;) {
    is_done = !*store().intervals().make_chunks("shop");
    EXPECT_EQ(frames(), frames_before);
    EXPECT_THAT(damages(), IsEmpty());
    reopen();
  }
}

TEST_F(MakeChunksTest, KeepsWhatLateRowsBroughtBeforeAndAfter) {
  constexpr IntervalIndex amended = 200;
  constexpr SeriesIndex series = 5;
  const auto late = [&](double sum, double rows) {
    Amendment amendment{.interval = amended, .rows = 1, .measures = {}};
    amendment.measures.push_back({Aggregate::sum, {series}, {{sum, 0}}});
    amendment.measures.push_back({Aggregate::avg, {series}, {{sum, rows}}});
    return amendment;
  };
  const double scored = Committer::value_of(1, series, amended);
  ASSERT_FALSE(std::isnan(scored));
  const auto mean_with = [&](double sum, double rows) {
    return with_late(Aggregate::avg, scored, 3, {sum, rows});
  };
  Committer shop = a_shop();
  commit_all(shop, store(), 0, last_interval - 1);
  shop.amendments = {late(30, 2)};
  ASSERT_TRUE(shop.commit(store(), last_interval));
  EXPECT_EQ(points(series).values[amended], mean_with(30, 2));

  EXPECT_EQ(make_all(), 5);
  EXPECT_EQ(points(series).values[amended], mean_with(30, 2)) << "an average, from a chunk";
  EXPECT_EQ(points(series).revisions[amended], 1U);

  shop.amendments = {late(8, 1)};
  ASSERT_TRUE(shop.commit(store(), last_interval + 1));
  reopen();
  EXPECT_EQ(points(series).values[amended], mean_with(38, 3)) << "it was in a chunk already";
  EXPECT_EQ(points(series).revisions[amended], 2U);
  EXPECT_EQ(points(series).values[amended + 2], Committer::value_of(1, series, amended + 2));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(MakeChunksTest, LeavesTheNewestIntervals) {
  Committer shop = a_shop();
  commit_all(shop, store(), 0, 511 + 127);
  EXPECT_EQ(make_all(), 0);
  ASSERT_TRUE(shop.commit(store(), 511 + 128));
  EXPECT_EQ(make_all(), 5);
}

TEST_F(MakeChunksTest, GoesOverIntervalsThatAreMissing) {
  Committer shop("shop", {});
  shop.grow_to(1);
  for (const IntervalIndex i : {-2000, -1999, 1'000'000, 1'000'001, 1'002'000})
    ASSERT_TRUE(shop.commit(store(), i));

  EXPECT_EQ(make_all(), 4);

  const auto points = store().intervals().read_points("shop", 0, 0, -10'000, 10'000'000);
  ASSERT_TRUE(points);
  EXPECT_THAT(points->intervals, ElementsAre(-2000, -1999, 1'000'000, 1'000'001, 1'002'000));
  EXPECT_EQ(points->values[3], Committer::value_of(0, 0, 1'000'001));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(MakeChunksTest, WritesTheSameBytesEachTime) {
  std::vector<std::string> records;
  for (int run = 0; run < 2; ++run) {
    close();
    std::filesystem::remove_all(path());
    reopen();
    Committer shop = a_shop();
    commit_all(shop, store(), 0, last_interval);
    if (run == 1) {
      ASSERT_TRUE(*store().intervals().make_chunks("shop"));
      reopen();
    }
    make_all();
    close();
    const auto database = Database::open(path(), Database::Access::read_write);
    std::string all;
    for (auto cursor = (*database)->scan(Family::chunks, {}); cursor.valid(); cursor.next())
      all.append(cursor.key()).append(cursor.value());
    records.push_back(all);
  }
  EXPECT_GT(records[0].size(), 1000U);
  EXPECT_EQ(records[0], records[1]);
}

TEST_F(MakeChunksTest, DropsChunksWithTheirRetention) {
  Committer shop("shop", {});
  shop.grow_to(1);
  for (IntervalIndex i = 0; i < 2100; i += 10) ASSERT_TRUE(shop.commit(store(), i));
  make_all();

  ASSERT_TRUE(store().intervals().drop_before("shop", 1150));
  EXPECT_EQ(frames().front().interval, 1150);
  EXPECT_THAT(damages(), IsEmpty());
  ASSERT_TRUE(store().intervals().drop_before("shop", 2000));
  EXPECT_EQ(frames().front().interval, 2000);
  EXPECT_THAT(damages(), IsEmpty());
  ASSERT_TRUE(store().intervals().drop_detector("shop"));
  EXPECT_THAT(*store().intervals().detectors(), IsEmpty());
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(MakeChunksTest, GoesOnAfterRetentionPassedTheStretchInWork) {
  Committer shop = a_shop();
  commit_all(shop, store(), 0, last_interval);
  ASSERT_TRUE(*store().intervals().make_chunks("shop"));
  ASSERT_TRUE(store().intervals().drop_before("shop", 300));
  make_all();
  EXPECT_EQ(frames().front().interval, 300);
  EXPECT_EQ(frames().size(), static_cast<std::size_t>(last_interval - 300 + 1));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(MakeChunksTest, FindsMissingAndDamagedChunks) {
  Committer shop = a_shop();
  commit_all(shop, store(), 0, last_interval);
  make_all();

  EXPECT_THAT(
      damages_after([](Batch& batch) { batch.erase(Family::chunks, chunk_key("shop", 0, 1, 3)); }),
      ElementsAre("detector 'shop', stretch from interval 0: 17 of its 18 chunks are "
                  "there"));
  EXPECT_EQ(store().intervals().read_points("shop", 1, 200, 300, 310).error().code,
            ErrorCode::corrupt);
  EXPECT_THAT(damages_after([](Batch& batch) {
                batch.put(Family::chunks, chunk_key("shop", 0, 1, 3), "\1garbage");
              }),
              ElementsAre(HasSubstr("measure 1, block 3: a chunk")));
}

TEST_F(MakeChunksTest, FindsValuesThatNoFrameHas) {
  Committer shop = a_shop();
  commit_all(shop, store(), 0, last_interval);
  make_all();
  EXPECT_THAT(damages_after([](Batch& batch) {
                std::vector<HeadedInterval> headings;
                for (IntervalIndex i = 0; i < 512; ++i)
                  if (i != 7) headings.push_back({i, {minute(i), i < 100 ? 70U : 514U, 2}});
                batch.put(Family::chunks, stretch_headings_key("shop", 0),
                          encode_stretch_headings(0, headings));
              }),
              testing::Contains(HasSubstr("values at interval 7, which has no frame")));
}

TEST_F(MakeChunksTest, WorksInTheBackgroundWhileFramesAreCommittedAndRead) {
  Committer shop("shop", {"country"});
  shop.grow_to(3);
  std::vector<std::string> complaints;
  {
    ChunkMaker maker(
        store().intervals(), [&](const Error& error) { complaints.push_back(error.message); },
        std::chrono::milliseconds(1));
    std::jthread reader([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const auto read = store().intervals().read_points("shop", 0, 1, 0, 10'000);
        ASSERT_TRUE(read) << read.error().message;
        for (std::size_t i = 0; i < read->intervals.size(); ++i)
          ASSERT_EQ(read->intervals[i], static_cast<IntervalIndex>(i));
      }
    });
    for (IntervalIndex i = 0; i < 1400; ++i) {
      ASSERT_TRUE(shop.commit(store(), i));
      if (i == 1000) {
        ASSERT_TRUE(store().backup(path_for("backup")));
      }
    }
  }
  make_all();
  EXPECT_THAT(complaints, IsEmpty());
  EXPECT_EQ(frames().size(), 1400U);
  EXPECT_THAT(damages(), IsEmpty());
  const auto backup = Store::open({.path = path_for("backup")});
  ASSERT_TRUE(backup) << backup.error().message;
  EXPECT_THAT((*backup)->verify({})->damages, IsEmpty());
}

/// Makes chunks of a store until it is killed.
TEST(ChunkMakerChild, DISABLED_MakesChunks) {
  const char* path = std::getenv("BELLWETHER_CHILD");
  ASSERT_NE(path, nullptr);
  auto store = Store::open({.path = path});
  ASSERT_TRUE(store);
  std::cout << "open " << std::endl;
  while (*(*store)->intervals().make_chunks("shop")) std::cout << "step " << std::endl;
  std::cout << "done " << std::endl;
}

TEST_F(MakeChunksTest, SurvivesBeingKilledAtAnyStep) {
  Committer shop = a_shop();
  commit_all(shop, store(), 0, last_interval + 512);
  const auto before = frames();
  close();
  bool is_done = false;
  for (int round = 0; !is_done; ++round) {
    {
      ChildProcess child("ChunkMakerChild.DISABLED_MakesChunks", path());
      child.wait_for("open ");
      // In the middle of a step now and then, and after one.
      if (round % 2 == 1) child.wait_for("step ");
    }
    reopen();
    EXPECT_EQ(frames(), before);
    EXPECT_THAT(damages(), IsEmpty());
    if (round % 2 == 0) is_done = !*store().intervals().make_chunks("shop");
    close();
  }
  reopen();
  EXPECT_EQ(make_all(), 0);
  EXPECT_EQ(frames(), before);
}

}  // namespace
}  // namespace bellwether::store
