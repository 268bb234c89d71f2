#include "bellwether/store/inbox.hpp"

#include <atomic>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "database.hpp"
#include "inbox_answers.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

RowBatch rows(std::size_t count, double value = 1) {
  RowBatch batch;
  batch.timestamps.assign(count, minute(1));
  batch.dimensions = {{{"NL"}, std::vector<std::uint32_t>(count, 0)}};
  batch.measures = {std::vector<double>(count, value)};
  return batch;
}

class InboxTest : public StoreTest {
 protected:
  Inbox& inbox() { return store().inbox(); }

  void push(std::size_t count, double value = 1) {
    ASSERT_TRUE(inbox().append("shop", rows(count, value), {}, "", minute(0)));
  }

  std::vector<RowBatch> read(const std::string& position = "", std::size_t limit = 1000) {
    auto batches = inbox().read("shop", position, limit);
    EXPECT_TRUE(batches);
    return batches ? *batches : std::vector<RowBatch>();
  }
};

TEST_F(InboxTest, NumbersRowsOverBatchesAndRestarts) {
  push(3);
  RowBatch refused = rows(2);
  refused.first_row = 1;
  refused.row_numbers = {1, 4};
  refused.end_row = 7;
  refused.rejected.add(RowFault::unreadable, 1, "line 1: no");
  refused.rejected_faults.assign(4, RowFault::unreadable);
  ASSERT_TRUE(inbox().append("shop", refused, {}, "", minute(0)));
  reopen();
  push(1);

  const auto batches = read();
  ASSERT_THAT(batches, SizeIs(3));
  EXPECT_EQ(batches[0].stream, "inbox");
  EXPECT_EQ(batches[0].first_row, 0U);
  EXPECT_THAT(batches[0].row_numbers, ElementsAre(0, 1, 2));
  EXPECT_EQ(batches[1].first_row, 3U);
  EXPECT_EQ(batches[1].end_row, 9U);
  EXPECT_THAT(batches[1].row_numbers, ElementsAre(1, 4));
  EXPECT_EQ(batches[1].rejected, refused.rejected);
  EXPECT_EQ(batches[1].rejected_faults, refused.rejected_faults);
  EXPECT_EQ(batches[2].first_row, 9U);
  EXPECT_EQ(batches[2].end_row, 10U);
}

TEST_F(InboxTest, ResumesWhereABatchBeginsOrEnds) {
  for (int i = 0; i < 5; ++i) push(1, i);
  const auto all = read();

  EXPECT_EQ(read(all[2].resume_at, 1)[0], all[2]);
  EXPECT_EQ(read(all[2].resume_after, 1)[0], all[3]);
  EXPECT_THAT(read(all[4].resume_after), IsEmpty());
  EXPECT_EQ(inbox().read("shop", "short", 1).error().code, ErrorCode::invalid_input);
  EXPECT_THAT(*inbox().read("other", "", 10), IsEmpty());
}

TEST_F(InboxTest, ForgetsWhatIsTrimmedAndNeverNumbersAnew) {
  for (int i = 0; i < 3; ++i) push(2);
  const std::string end = read().back().resume_after;
  ASSERT_TRUE(inbox().trim("shop", end));
  EXPECT_THAT(read(), IsEmpty());
  EXPECT_EQ(inbox().pending_bytes("shop"), 0U);
  reopen();
  EXPECT_FALSE(inbox().wait_for_rows("shop", "", milliseconds(0)));

  push(1);

  const auto batches = read(end);
  ASSERT_THAT(batches, SizeIs(1));
  EXPECT_EQ(batches[0].first_row, 6U);
  EXPECT_EQ(batches[0].resume_at, end);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(InboxTest, IsTrimmedByTheCommitOfItsRows) {
  for (int i = 0; i < 3; ++i) push(2);
  const auto batches = read();
  Committer shop("shop", {});
  shop.grow_to(1);
  shop.position = {{"inbox", batches[1].resume_at, 2, 4}};

  ASSERT_TRUE(shop.commit(store(), 1));

  EXPECT_EQ(read()[0], batches[1]);
  EXPECT_THAT(read(), SizeIs(2));
  reopen();
  EXPECT_EQ(read()[0], batches[1]);
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(InboxTest, RefusesMoreThanMayWait) {
  close();
  inbox_bytes_ = 600;
  reopen();
  push(30);
  const auto refused = inbox().append("shop", rows(30), "key", "answer", minute(0));

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::overloaded);
  EXPECT_THAT(refused.error().message, HasSubstr("inbox of detector 'shop' is full"));
  EXPECT_FALSE(*inbox().answer_of("shop", "key"));
  EXPECT_THAT(read(), SizeIs(1));
  EXPECT_TRUE(inbox().append("other", rows(30), {}, "", minute(0)));

  const auto pending = inbox().pending_bytes("shop");
  EXPECT_GT(pending, 300U);
  reopen();
  EXPECT_EQ(inbox().pending_bytes("shop"), pending);
  EXPECT_EQ(inbox().append("shop", rows(30), {}, "", minute(0)).error().code,
            ErrorCode::overloaded);
  ASSERT_TRUE(inbox().trim("shop", read()[0].resume_after));
  push(30);
}

TEST_F(InboxTest, GivesTheSameAnswerToTheSameKey) {
  const auto first = inbox().append("shop", rows(2), "k", "accepted 2", minute(0));
  reopen();
  const auto second = inbox().append("shop", rows(3), "k", "accepted 3", minute(0));

  EXPECT_EQ(*first, "accepted 2");
  EXPECT_EQ(*second, "accepted 2");
  EXPECT_THAT(read(), SizeIs(1));
  EXPECT_EQ(*inbox().append("other", rows(3), "k", "accepted 3", minute(0)), "accepted 3");
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(InboxTest, ForgetsOldAnswers) {
  ASSERT_TRUE(inbox().append("shop", rows(1), "old", "1", minute(1)));
  ASSERT_TRUE(inbox().append("shop", rows(1), "new", "1", minute(5)));

  ASSERT_TRUE(inbox().drop_answers_before(minute(5)));

  EXPECT_FALSE(*inbox().answer_of("shop", "old"));
  EXPECT_TRUE(*inbox().answer_of("shop", "new"));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(InboxTest, ForgetsTheOldestAnswersOfADetectorThatHasTooMany) {
  for (int i = 0; i < 4; ++i)
    ASSERT_TRUE(inbox().append("shop", rows(1), "k" + std::to_string(i), "1", minute(i)));
  ASSERT_TRUE(inbox().append("other", rows(1), "k", "1", minute(0)));
  close();
  {
    const auto database = Database::open(path(), Database::Access::read_write);
    ASSERT_TRUE(drop_answers(**database, minute(0), 2));
  }
  reopen();

  EXPECT_FALSE(*inbox().answer_of("shop", "k0"));
  EXPECT_FALSE(*inbox().answer_of("shop", "k1"));
  EXPECT_TRUE(*inbox().answer_of("shop", "k2"));
  EXPECT_TRUE(*inbox().answer_of("shop", "k3"));
  EXPECT_TRUE(*inbox().answer_of("other", "k"));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(InboxTest, WakesWhoWaitsForRows) {
  EXPECT_FALSE(inbox().wait_for_rows("shop", "", milliseconds(0)));
  std::thread writer([&] { push(1); });
  EXPECT_TRUE(inbox().wait_for_rows("shop", "", std::chrono::minutes(1)));
  writer.join();
  EXPECT_FALSE(inbox().wait_for_rows("shop", read()[0].resume_after, milliseconds(0)));
}

TEST_F(InboxTest, CallsWhoWatchesWhenThereAreRows) {
  int calls = 0;
  inbox().watch("shop", [&] { ++calls; });
  EXPECT_TRUE(inbox().append("other", rows(1), {}, "", minute(0)));
  EXPECT_EQ(calls, 0);
  EXPECT_TRUE(inbox().append("shop", rows(1), {}, "", minute(0)));
  EXPECT_EQ(calls, 1);
  inbox().watch("shop", {});
  EXPECT_TRUE(inbox().append("shop", rows(1), {}, "", minute(0)));
  EXPECT_EQ(calls, 1);
}

TEST_F(InboxTest, NumbersConcurrentPushesWithoutGapOrOverlap) {
  constexpr int writers = 4;
  constexpr int pushes = 25;
  std::atomic<int> running{writers};
  std::vector<std::thread> threads;
  threads.reserve(writers);
  for (int writer = 0; writer < writers; ++writer)
    threads.emplace_back([&, writer] {
      for (int i = 0; i < pushes; ++i)
        push(static_cast<std::size_t>(1 + writer), writer * 1000 + i);
      --running;
    });

  // A reader that follows must see every batch once, in order, while they are written.
  std::string position;
  std::uint64_t next_row = 0;
  std::multiset<double> seen;
  while (running > 0 || inbox().wait_for_rows("shop", position, milliseconds(0))) {
    inbox().wait_for_rows("shop", position, milliseconds(10));
    for (const RowBatch& batch : read(position, 7)) {
      EXPECT_EQ(batch.first_row, next_row);
      EXPECT_TRUE(position.empty() || batch.resume_at == position);
      next_row = batch.end_row;
      position = batch.resume_after;
      seen.insert(batch.measures[0][0]);
    }
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(seen.size(), static_cast<std::size_t>(writers * pushes));
  EXPECT_EQ(std::set<double>(seen.begin(), seen.end()).size(), seen.size());
  EXPECT_EQ(next_row, static_cast<std::uint64_t>(pushes * (1 + 2 + 3 + 4)));
  EXPECT_THAT(damages(), IsEmpty());
}

TEST_F(InboxTest, WritesOneRequestOnceThatIsSentTwiceAtOnce) {
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int key = 0; key < 10; ++key)
        EXPECT_TRUE(
            inbox().append("shop", rows(1), "key" + std::to_string(key), "same", minute(0)));
    });
  for (auto& thread : threads) thread.join();

  EXPECT_THAT(read(), SizeIs(10));
}

}  // namespace
}  // namespace bellwether::store
