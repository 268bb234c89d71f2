// What late rows bring to closed intervals, kept beside what was scored.

#include <cmath>
#include <functional>

#include <gmock/gmock.h>

#include "bellwether/store/interval_log.hpp"

#include "amendment_codec.hpp"
#include "amendment_records.hpp"
#include "detector_keys.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(AmendmentCodec, GivesBackRevisionsAndSegments) {
  const std::vector<Revision> revisions{{-3, 7}, {12, 1}};
  EXPECT_EQ(*decode_revisions(encode_revisions(revisions)), revisions);

  AmendedSegment segment{.aggregate = Aggregate::avg, .places = {}};
  segment.places[0] = {1, {2.5, 2}};
  segment.places[63] = {300, {-1, 1}};
  EXPECT_EQ(*decode_amended_segment(encode_amended_segment(segment)), segment);
  segment.aggregate = Aggregate::min;
  segment.places[0].late.row_count = segment.places[63].late.row_count = 0;
  EXPECT_EQ(*decode_amended_segment(encode_amended_segment(segment)), segment);
}

TEST(AmendmentCodec, RefusesWhatItCannotRead) {
  AmendedSegment segment;
  segment.places[5] = {1, {2, 0}};
  const std::string good = encode_amended_segment(segment);
  for (std::size_t length = 0; length < good.size(); ++length)
    EXPECT_EQ(decode_amended_segment(good.substr(0, length)).error().code, ErrorCode::corrupt);
  EXPECT_FALSE(decode_amended_segment(good + "x"));
  EXPECT_FALSE(decode_amended_segment("\2" + good.substr(1)));
  EXPECT_FALSE(decode_amended_segment("\1\7" + good.substr(2)));
  const std::string revisions = encode_revisions({{4, 5}});
  for (std::size_t length = 0; length < revisions.size(); ++length)
    EXPECT_EQ(decode_revisions(revisions.substr(0, length)).error().code, ErrorCode::corrupt);
}

class AmendmentsTest : public StoreTest {
 protected:
  AmendmentsTest() : shop_("shop", {"country"}) {
    shop_.measures = 2;  // The second has row counts: 3 for each value.
    shop_.grow_to(130);
    for (IntervalIndex i = 1021; i <= 1026; ++i) EXPECT_TRUE(shop_.commit(store(), i));
  }

  /// An amendment of a sum and of an average, both of the same series.
  static Amendment amendment(IntervalIndex interval, std::vector<SeriesIndex> series, LateValue sum,
                             LateValue mean) {
    Amendment amendment{.interval = interval, .rows = 2, .measures = {}};
    amendment.measures.push_back(
        {Aggregate::sum, series, std::vector<LateValue>(series.size(), sum)});
    amendment.measures.push_back(
        {Aggregate::avg, series, std::vector<LateValue>(series.size(), mean)});
    return amendment;
  }

  Points points(MeasureIndex measure, SeriesIndex series) {
    return store().intervals().read_points("shop", measure, series, 0, 10'000).value();
  }

  std::vector<Frame> frames() {
    std::vector<Frame> all;
    EXPECT_TRUE(store().intervals().read_frames("shop", 0, 10'000, [&](const Frame& frame) {
      all.push_back(frame);
      return ok();
    }));
    return all;
  }

  static double merged_sum(SeriesIndex series, IntervalIndex interval, double late) {
    return with_late(Aggregate::sum, scored(0, series, interval), 0, {late, 0});
  }

  static double merged_mean(SeriesIndex series, IntervalIndex interval, const LateValue& late) {
    const double mean = scored(1, series, interval);
    return with_late(Aggregate::avg, mean, std::isnan(mean) ? 0 : 3, late);
  }

  static double scored(MeasureIndex measure, SeriesIndex series, IntervalIndex interval) {
    return Committer::value_of(measure, series, interval);
  }

  Committer shop_;
  std::function<void()> undo_;
};

TEST_F(AmendmentsTest, ShowInPointsAndNotInFrames) {
  const auto before = frames();
  shop_.amendments = {amendment(1023, {0, 70}, {5, 0}, {30, 2}),
                      amendment(1025, {70}, {1, 0}, {7, 1})};
  ASSERT_TRUE(shop_.commit(store(), 1027));
  reopen();

  const Points sums = points(0, 70);
  ASSERT_THAT(sums.intervals, ElementsAre(1021, 1022, 1023, 1024, 1025, 1026, 1027));
  EXPECT_THAT(sums.revisions, ElementsAre(0, 0, 1, 0, 1, 0, 0));
  EXPECT_EQ(sums.values[1], scored(0, 70, 1022));
  EXPECT_EQ(sums.values[2], merged_sum(70, 1023, 5));
  EXPECT_EQ(sums.values[4], merged_sum(70, 1025, 1));
  EXPECT_EQ(sums.severity[2], 12) << "it is not scored again";
  EXPECT_EQ(points(1, 70).values[2], merged_mean(70, 1023, {30, 2}));
  EXPECT_THAT(points(0, 1).revisions, ElementsAre(0, 0, 0, 0, 0, 0, 0));

  auto after = frames();
  after.pop_back();
  EXPECT_EQ(after, before);
  std::vector<float> values(1);
  ASSERT_TRUE(store().intervals().read_values("shop", 0, 70, 1, 1023, 1024, values));
  EXPECT_EQ(values[0], static_cast<float>(scored(0, 70, 1023)));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(AmendmentsTest, AddUpOverRevisions) {
  shop_.amendments = {amendment(1024, {7, 8}, {5, 0}, {30, 2})};
  ASSERT_TRUE(shop_.commit(store(), 1027));
  shop_.amendments = {amendment(1024, {8, 9}, {6, 0}, {10, 1})};
  ASSERT_TRUE(shop_.commit(store(), 1028));

  EXPECT_EQ(points(0, 7).revisions[3], 1U);
  EXPECT_EQ(points(0, 7).values[3], merged_sum(7, 1024, 5));
  EXPECT_EQ(points(0, 8).revisions[3], 2U);
  EXPECT_EQ(points(0, 8).values[3], merged_sum(8, 1024, 11));
  EXPECT_EQ(points(1, 8).values[3], merged_mean(8, 1024, {40, 3}));
  EXPECT_EQ(points(0, 9).values[3], merged_sum(9, 1024, 6));

  const auto quality = store().intervals().read_quality("shop", 1026, 3);
  ASSERT_TRUE(quality);
  ASSERT_EQ(quality->size(), 3U);
  EXPECT_EQ((*quality)[0].revision, 0U);
  EXPECT_EQ((*quality)[1].interval, 1024);
  EXPECT_EQ((*quality)[1].revision, 2U);
  EXPECT_EQ((*quality)[1].late_rows, 4U);
  EXPECT_EQ((*quality)[2].late_rows, 0U);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(AmendmentsTest, GiveValuesToSeriesThatHadNone) {
  SeriesIndex absent = 0;
  while (!std::isnan(scored(1, absent, 1025))) ++absent;
  shop_.grow_to(200);
  shop_.amendments = {amendment(1025, {absent, 199}, {5, 0}, {30, 2})};
  ASSERT_TRUE(shop_.commit(store(), 1027));

  EXPECT_EQ(points(1, absent).values[4], 15);
  EXPECT_EQ(points(1, 199).values[4], 15) << "new since, the frame has no place for it";
  EXPECT_EQ(points(0, 199).values[4], 5);
  EXPECT_TRUE(std::isnan(points(0, 199).values[3]));
}

TEST_F(AmendmentsTest, AreRefusedWhereTheyDoNotFit) {
  const auto error_of = [&](std::vector<Amendment> amendments) {
    shop_.amendments = std::move(amendments);
    const auto done = shop_.commit(store(), 1027);
    return done ? std::string("taken") : done.error().message;
  };
  EXPECT_THAT(error_of({amendment(1027, {1}, {}, {})}), HasSubstr("not of an earlier one"));
  EXPECT_THAT(error_of({amendment(1025, {1}, {}, {}), amendment(1025, {2}, {}, {})}),
              HasSubstr("does not follow"));
  EXPECT_THAT(error_of({amendment(1025, {2, 1}, {}, {})}), HasSubstr("does not fit"));
  EXPECT_THAT(error_of({amendment(1025, {130}, {}, {})}), HasSubstr("does not fit"));
  Amendment narrow = amendment(1025, {1}, {}, {});
  narrow.measures.pop_back();
  EXPECT_THAT(error_of({narrow}), HasSubstr("other measures"));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(AmendmentsTest, GoWithTheirEpochAndWithTheirDetector) {
  shop_.amendments = {amendment(1022, {1}, {5, 0}, {6, 1}), amendment(1025, {1}, {5, 0}, {6, 1})};
  ASSERT_TRUE(shop_.commit(store(), 1027));
  const auto kept = [&] {
    close();
    const auto database = Database::open(path(), Database::Access::read_write);
    std::vector<IntervalIndex> intervals;
    auto cursor = (*database)->scan(Family::checkpoints,
                                    keys_beginning_with(state_key("shop", amendments_letter)));
    for (; cursor.valid(); cursor.next())
      if (read_amendment_key(cursor.key().substr(6)).column == 0)
        intervals.push_back(read_amendment_key(cursor.key().substr(6)).interval);
    return intervals;
  };
  EXPECT_THAT(kept(), ElementsAre(1022, 1025));
  reopen();
  ASSERT_TRUE(store().intervals().drop_before("shop", 1024));
  EXPECT_THAT(kept(), ElementsAre(1025));
  reopen();
  EXPECT_THAT(points(0, 1).revisions, ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(damages(), IsEmpty());
  ASSERT_TRUE(store().intervals().drop_detector("shop"));
  EXPECT_THAT(kept(), IsEmpty());
}

TEST_F(AmendmentsTest, AreVerified) {
  shop_.amendments = {amendment(1025, {1}, {5, 0}, {6, 1})};
  ASSERT_TRUE(shop_.commit(store(), 1027));
  const auto damages_after = [&](std::string_view key, const std::string& record) {
    close();
    {
      const auto database = Database::open(path(), Database::Access::read_write);
      const auto good = (*database)->get(Family::checkpoints, key).value();
      Batch batch(**database);
      batch.put(Family::checkpoints, key, record);
      EXPECT_TRUE((*database)->write(batch, Durability::synced));
      undo_ = [this, key = std::string(key), good] {
        close();
        const auto again = Database::open(path(), Database::Access::read_write);
        Batch undo(**again);
        if (good) undo.put(Family::checkpoints, key, *good);
        if (!good) undo.erase(Family::checkpoints, key);
        EXPECT_TRUE((*again)->write(undo, Durability::synced));
      };
    }
    reopen();
    auto found = damages();
    undo_();
    reopen();
    return found;
  };
  const std::string segment = amended_segment_key("shop", 0, 0, 1025);
  EXPECT_THAT(damages_after(segment, "\1garbage"),
              ElementsAre("detector 'shop', interval 1025: an amended segment has an unknown "
                          "aggregate"));
  AmendedSegment ahead;
  ahead.places[1] = {2, {5, 0}};
  EXPECT_THAT(damages_after(segment, encode_amended_segment(ahead)),
              ElementsAre("detector 'shop', interval 1025: a segment has revision 2 where the "
                          "interval has 1"));
  EXPECT_THAT(damages_after(amended_segment_key("shop", 0, 0, 1026), encode_amended_segment(ahead)),
              ElementsAre("detector 'shop', interval 1026: a segment of it was amended, but not "
                          "the interval"));
  const std::string revisions = revisions_key("shop", 1025);
  EXPECT_THAT(damages_after(revisions, encode_revisions({{1030, 2}})),
              ElementsAre(AllOf(HasSubstr("interval 1025"), HasSubstr("beyond the last"))));
  EXPECT_THAT(damages_after(revisions, encode_revisions({{1027, 2}, {1026, 1}})),
              ElementsAre(HasSubstr("not in the order of their commits")));
  EXPECT_THAT(damages(), IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
