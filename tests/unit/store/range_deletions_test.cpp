#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include "bare_database.hpp"
#include "chunk_codec.hpp"
#include "database.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Range deletions of a store's log, by the number of the family.
using Ranges = std::map<std::uint32_t, std::vector<KeyRange>>;

/// Collects them while RocksDB reads the log.
class RangeCollector final : public rocksdb::WalFilter {
 public:
  WalProcessingOption LogRecordFound(unsigned long long /*log*/, const std::string& /*file*/,
                                     const rocksdb::WriteBatch& batch,
                                     rocksdb::WriteBatch* /*new_batch*/,
                                     bool* /*is_changed*/) override {
    EXPECT_TRUE(batch.Iterate(&handler_).ok());
    return WalProcessingOption::kContinueProcessing;
  }
  const char* Name() const override { return "ranges"; }
  const Ranges& ranges() const { return handler_.ranges; }

 private:
  struct Handler final : rocksdb::WriteBatch::Handler {
    rocksdb::Status PutCF(std::uint32_t, const rocksdb::Slice&, const rocksdb::Slice&) override {
      return rocksdb::Status::OK();
    }
    rocksdb::Status DeleteCF(std::uint32_t, const rocksdb::Slice&) override {
      return rocksdb::Status::OK();
    }
    rocksdb::Status DeleteRangeCF(std::uint32_t family, const rocksdb::Slice& from,
                                  const rocksdb::Slice& to) override {
      ranges[family].push_back({from.ToString(), to.ToString()});
      return rocksdb::Status::OK();
    }
    Ranges ranges;
  };
  Handler handler_;
};

Ranges ranges_in_log(const std::string& path) {
  RangeCollector collector;
  const BareDatabase bare(path, &collector);
  return collector.ranges();
}

RowBatch a_row() {
  RowBatch batch;
  batch.timestamps = {minute(1)};
  batch.measures = {{1.0}};
  return batch;
}

class RangeDeletionsTest : public StoreTest {
 protected:
  /// One push and one commit per interval, as a detector with a push source does.
  void commit(Committer& committer, IntervalIndex interval) {
    ASSERT_TRUE(store().inbox().append("shop", a_row(), {}, "", minute(0)));
    committer.position.resize(1);
    committer.position.front().stream = Inbox::stream;
    committer.position.front().resume_at = to_big_endian(pushed_);
    ++pushed_;
    ASSERT_TRUE(committer.commit(store(), interval));
    ASSERT_TRUE(store().inbox().trim("shop", committer.position.front().resume_at));
  }

  std::uint64_t pushed_ = 0;
};

TEST_F(RangeDeletionsTest, TakingFromTheInboxLeavesNone) {
  Committer committer("shop", {});
  for (IntervalIndex interval = 0; interval < 200; ++interval) commit(committer, interval);
  EXPECT_LE(store().inbox().pending_bytes("shop"), 200U) << "all but the last push is given away";
  EXPECT_THAT(damages(), IsEmpty());
  close();
  EXPECT_THAT(ranges_in_log(path()), IsEmpty());
}

TEST_F(RangeDeletionsTest, NoneBeginsWhereAnotherDid) {
  Committer committer("shop", {});
  const auto stretch = static_cast<IntervalIndex>(intervals_per_stretch);
  for (IntervalIndex interval = 0; interval < 6 * stretch; ++interval) {
    ASSERT_TRUE(committer.commit(store(), interval));
    while (store().intervals().make_chunks("shop").value()) {
    }
    // Retention follows at the same pace, in steps that are erased by key and by range.
    const IntervalIndex step = interval < 4 * stretch ? 200 : 20;
    if (interval % step != 0) continue;
    ASSERT_TRUE(store().intervals().drop_before("shop", interval - 3 * stretch));
  }
  EXPECT_THAT(damages(), IsEmpty());
  close();
  Ranges ranges = ranges_in_log(path());
  std::size_t count = 0;
  for (auto& [family, list] : ranges) {
    count += list.size();
    std::ranges::sort(list, {}, &KeyRange::from);
    for (std::size_t i = 1; i < list.size(); ++i)
      EXPECT_LE(list[i - 1].to, list[i].from) << "family " << family;
  }
  EXPECT_GT(count, 5U) << "or nothing was tried";
}

TEST_F(RangeDeletionsTest, DetectorsMadeAndDeletedLeaveFew) {
  for (int round = 0; round < 300; ++round) {
    Committer committer("shop", {});
    for (IntervalIndex interval = 0; interval < 3; ++interval)
      ASSERT_TRUE(committer.commit(store(), interval));
    ASSERT_TRUE(store().intervals().drop_detector("shop"));
  }
  close();
  EXPECT_THAT(ranges_in_log(path()), IsEmpty());
}

TEST_F(RangeDeletionsTest, AFamilyIsWrittenOutBeforeItHoldsMany) {
  close();
  std::size_t marks = 0;
  {
    auto database = Database::open(path(), Database::Access::read_write).value();
    for (int round = 0; round < 1'000; ++round) {
      Batch filled(*database);
      for (int i = 0; i < 200; ++i)
        filled.put(Family::quality, "k" + std::to_string(1'000 + i), "record");
      ASSERT_TRUE(database->write(filled, Durability::buffered));
      Batch erased(*database);
      ASSERT_TRUE(database->erase_range(erased, Family::quality, keys_beginning_with("k")));
      ASSERT_TRUE(database->write(erased, Durability::buffered));
      ++marks;
    }
    EXPECT_FALSE(database->get(Family::quality, "k1000").value());
  }
  std::size_t left = 0;
  for (const auto& [family, list] : ranges_in_log(path())) left += list.size();
  EXPECT_LT(left, marks) << "what is written out needs no log";
}

/// What an older release wrote: at every commit, and at every acknowledgement once more, a range
/// deletion from the first batch to the cut. 20,000 commits of it took 40 GB to read back.
TEST_F(RangeDeletionsTest, AStoreFullOfOverlappingCutsOpens) {
  ASSERT_TRUE(store().inbox().append("shop", a_row(), {}, "", minute(0)));
  close();
  constexpr std::uint64_t commits = 20'000;
  {
    const BareDatabase bare(path());
    auto* inbox = bare.of(Family::inbox);
    std::string record;
    ASSERT_TRUE(bare.db->Get({}, inbox, batch_key("shop", 0), &record).ok());
    const auto erase_before = [&](rocksdb::WriteBatch& batch, std::uint64_t cut) {
      ASSERT_TRUE(batch.DeleteRange(inbox, batch_key("shop", 0), batch_key("shop", cut)).ok());
      ASSERT_TRUE(batch.Put(inbox, cut_key("shop"), encode_cut({cut, cut})).ok());
    };
    for (std::uint64_t i = 1; i <= commits; ++i) {
      const std::string batch_record = record;
      ASSERT_TRUE(bare.db->Put({}, inbox, batch_key("shop", i), batch_record).ok());
      rocksdb::WriteBatch commit;
      ASSERT_TRUE(commit.Put(bare.of(Family::meta), "other", std::to_string(i)).ok());
      erase_before(commit, i);
      ASSERT_TRUE(commit.Delete(bare.of(Family::meta), "gone").ok());
      ASSERT_TRUE(bare.db->Write({}, &commit).ok());
      rocksdb::WriteBatch acknowledgement;
      erase_before(acknowledgement, i);
      ASSERT_TRUE(bare.db->Write({}, &acknowledgement).ok());
    }
    // Dropped and made anew: numbers start at zero again.
    rocksdb::WriteBatch drop;
    const KeyRange all = keys_beginning_with(KeyWriter().kind('b').name("shop").bytes());
    ASSERT_TRUE(drop.DeleteRange(inbox, all.from, all.to).ok());
    ASSERT_TRUE(bare.db->Write({}, &drop).ok());
    for (std::uint64_t i = 0; i < 3; ++i)
      ASSERT_TRUE(bare.db->Put({}, inbox, batch_key("shop", i), record).ok());
    rocksdb::WriteBatch commit;
    erase_before(commit, 2);
    ASSERT_TRUE(bare.db->Write({}, &commit).ok());
  }
  reopen();
  const auto batches = store().inbox().read("shop", "", 10);
  ASSERT_TRUE(batches);
  ASSERT_THAT(*batches, SizeIs(1));
  EXPECT_EQ(batches->front().resume_at, to_big_endian(2));
  close();
  auto database = Database::open(path(), Database::Access::read_write).value();
  EXPECT_EQ(database->get(Family::meta, "other").value(), std::to_string(commits));
}

}  // namespace
}  // namespace bellwether::store
