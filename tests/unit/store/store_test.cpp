#include "bellwether/store/store.hpp"

#include <fstream>

#include <gmock/gmock.h>

#include "child_process.hpp"
#include "inbox_records.hpp"
#include "keys.hpp"
#include "store_fixture.hpp"

namespace bellwether::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

std::string group_id(IntervalIndex interval) { return "group-" + std::to_string(interval); }
std::string delivery_id(IntervalIndex interval) { return "delivery-" + std::to_string(interval); }

/// Commits interval after interval, each with rows from the inbox, a group and a delivery, as a
/// server does; never returns but for a failure.
Result<void> work_for_ever(Store& store) {
  Committer shop("shop", {"country"});
  auto progress = store.intervals().progress("shop");
  if (!progress) return progress.error();
  if (auto loaded = store.intervals().load_dictionary("shop", shop.dictionary); !loaded)
    return loaded;
  shop.before = shop.dictionary.extent();
  RowBatch batch;
  batch.timestamps = {minute(1)};
  for (IntervalIndex i = progress->last_interval.value_or(0) + 1;; ++i) {
    if (auto kept = store.inbox().append("shop", batch, "key" + std::to_string(i), "ok", minute(i));
        !kept)
      return kept.error();
    shop.grow_to(static_cast<std::size_t>(10 + i * 3));
    shop.groups = {a_group(group_id(i), "shop", minute(i))};
    shop.notifications = {a_notification(delivery_id(i), shop.groups[0])};
    shop.checkpoints = {{static_cast<std::size_t>(i % 7), i, std::string(2000, 'c')}};
    const auto sequence = static_cast<std::uint64_t>(i);
    shop.position = {{"inbox", to_big_endian(sequence), sequence, sequence}};
    shop.now = minute(i);
    if (auto done = shop.commit(store, i); !done) return done;
    if (i % 2 == 0) {
      Delivery delivery = *store.outbox().get(delivery_id(i));
      delivery.state = DeliveryState::delivered;
      delivery.finished_at = minute(i);
      if (auto updated = store.outbox().update(delivery); !updated) return updated;
    }
    std::printf("committed %lld\n", static_cast<long long>(i));
    std::fflush(stdout);
  }
}

/// The other process of the tests below.
TEST(StoreChild, DISABLED_WorksForEver) {
  const char* path = std::getenv("BELLWETHER_CHILD");
  ASSERT_NE(path, nullptr);
  auto store = Store::open({.path = path});
  ASSERT_TRUE(store) << store.error().message;
  const auto ended = work_for_ever(**store);
  FAIL() << ended.error().message;
}

class StoreProcessTest : public StoreTest {
 protected:
  /// Another process that works on our store, once it has committed `intervals` more.
  std::unique_ptr<ChildProcess> work(int intervals) {
    close();
    auto child = std::make_unique<ChildProcess>("StoreChild.DISABLED_WorksForEver", path());
    for (int i = 0; i < intervals; ++i) last_acknowledged_ = child->wait_for("committed ");
    EXPECT_FALSE(last_acknowledged_.empty());
    return child;
  }

  IntervalIndex last_acknowledged() const { return std::stoll(last_acknowledged_); }

  /// Whether a store holds all of its intervals' parts and nothing beyond them.
  static void expect_whole(Store& store, IntervalIndex at_least) {
    const auto report = store.verify({});
    ASSERT_TRUE(report);
    EXPECT_THAT(report->damages, IsEmpty());
    const auto progress = store.intervals().progress("shop");
    ASSERT_TRUE(progress && progress->last_interval);
    const IntervalIndex last = *progress->last_interval;
    EXPECT_GE(last, at_least);
    EXPECT_EQ(progress->intervals, static_cast<std::uint64_t>(last));
    EXPECT_TRUE(store.groups().get(group_id(last)));
    EXPECT_FALSE(store.groups().get(group_id(last + 1)));
    EXPECT_TRUE(store.outbox().get(delivery_id(last)));
    EXPECT_FALSE(store.outbox().get(delivery_id(last + 1)));
    EXPECT_EQ(report->intervals, static_cast<std::uint64_t>(last));
    EXPECT_EQ(report->groups, static_cast<std::uint64_t>(last));
    EXPECT_EQ(report->deliveries, static_cast<std::uint64_t>(last));
  }

 private:
  std::string last_acknowledged_;
};

TEST_F(StoreProcessTest, SaysWhoHoldsIt) {
  const auto child = work(1);

  const auto opened = Store::open(settings());

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  EXPECT_THAT(opened.error().message, AllOf(HasSubstr("opening store '" + path() + "'"),
                                            HasSubstr("another bellwether process uses it")));
}

TEST_F(StoreProcessTest, HoldsEveryCommitThatReturnedWhenTheProcessIsKilled) {
  for (int round = 0; round < 8; ++round) {
    work(1 + round * 3)->kill_now();
    reopen();
    expect_whole(store(), last_acknowledged());
  }
}

TEST_F(StoreProcessTest, CanBeReadAndVerifiedBesideAServer) {
  const auto child = work(5);
  for (int round = 0; round < 10; ++round) {
    const auto beside = Store::open_read_only(path());
    ASSERT_TRUE(beside) << beside.error().message;
    expect_whole(**beside, last_acknowledged());
  }
}

TEST_F(StoreProcessTest, IsBackedUpBesideAServer) {
  const auto child = work(5);
  for (int round = 0; round < 5; ++round) {
    const std::string target = path_for("backup" + std::to_string(round));
    const auto done = backup_store(path(), target);
    ASSERT_TRUE(done) << done.error().message;
    const auto copy = Store::open({.path = target});
    ASSERT_TRUE(copy) << copy.error().message;
    expect_whole(**copy, last_acknowledged());
  }
}

class StoreOpenTest : public StoreTest {
 protected:
  void fill(Store& store) {
    Committer shop("shop", {"country"});
    shop.grow_to(100);
    for (IntervalIndex i = 1; i < 5; ++i) {
      shop.groups = {a_group(group_id(i), "shop", minute(i))};
      shop.notifications = {a_notification(delivery_id(i), shop.groups[0])};
      const auto done = shop.commit(store, i);
      ASSERT_TRUE(done) << done.error().message;
    }
  }
};

TEST_F(StoreOpenTest, RefusesASecondTimeInOneProcess) {
  const auto second = Store::open(settings());

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::unavailable);
}

TEST_F(StoreOpenTest, SaysWhereThereIsNoStore) {
  const auto opened = Store::open_read_only(path_for("nothing"));

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::not_found);
  EXPECT_EQ(opened.error().message,
            "opening store '" + path_for("nothing") + "': there is no store in this directory");
  EXPECT_FALSE(std::filesystem::exists(path_for("nothing")));
}

TEST_F(StoreOpenTest, SaysWhenTheDirectoryCannotBeMade) {
  std::ofstream(path_for("file")) << "in the way";

  const auto opened = Store::open({.path = path_for("file") + "/data"});

  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr("opening store"));
}

TEST_F(StoreOpenTest, WritesNothingWhenReadOnly) {
  fill(store());
  const auto beside = Store::open_read_only(path());
  ASSERT_TRUE(beside);

  EXPECT_FALSE((*beside)->catalog().put(CatalogKind::alert, "a", "{}", false));
  EXPECT_FALSE((*beside)->inbox().append("shop", {}, {}, "", {}));
  EXPECT_EQ((*beside)->outbox().pending_count(), 4U);
}

TEST_F(StoreOpenTest, BacksUpAndRestores) {
  fill(store());
  ASSERT_TRUE(store().backup(path_for("backup")));
  Committer later("later", {});
  later.grow_to(1);
  ASSERT_TRUE(later.commit(store(), 1));

  const auto restored = restore_store(path_for("backup"), path_for("restored/data"));

  ASSERT_TRUE(restored) << restored.error().message;
  const auto copy = Store::open({.path = path_for("restored/data")});
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_THAT((*copy)->verify({})->damages, IsEmpty());
  EXPECT_EQ((*copy)->intervals().progress("shop")->last_interval, 4);
  EXPECT_FALSE((*copy)->intervals().progress("later")->last_interval);
  EXPECT_EQ((*copy)->outbox().pending_count(), 4U);
}

TEST_F(StoreOpenTest, BacksUpAStoreThatNobodyHolds) {
  fill(store());
  close();
  std::filesystem::create_directory(path_for("empty"));

  ASSERT_TRUE(backup_store(path(), path_for("empty")));

  EXPECT_EQ((*Store::open_read_only(path_for("empty")))->verify({})->groups, 4U);
  EXPECT_EQ(backup_store(path_for("nothing"), path_for("b")).error().code, ErrorCode::not_found);
}

TEST_F(StoreOpenTest, IsForItsOwnerAlone) {
  const auto mode_of = [](const std::string& path) {
    return static_cast<unsigned>(std::filesystem::status(path).permissions());
  };
  EXPECT_EQ(mode_of(path()), 0700U);
  ASSERT_TRUE(store().backup(path_for("copy")));
  EXPECT_EQ(mode_of(path_for("copy")), 0700U);
  close();
  ASSERT_TRUE(backup_store(path(), path_for("second")));
  EXPECT_EQ(mode_of(path_for("second")), 0700U);
  ASSERT_TRUE(restore_store(path_for("copy"), path_for("restored")));
  EXPECT_EQ(mode_of(path_for("restored")), 0700U);
}

TEST_F(StoreOpenTest, IsNotOpenedInAFolderOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  close();
  ASSERT_EQ(::chown(path().c_str(), 65534, 65534), 0);
  const auto opened = Store::open(settings());
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, AllOf(HasSubstr("opening store '" + path() + "'"),
                                            HasSubstr("belongs to user 65534")));
  // Reading leaves nothing behind that its owner could not open.
  EXPECT_TRUE(Store::open_read_only(path()));
  EXPECT_TRUE(backup_store(path(), path_for("copy")));
  EXPECT_TRUE(Store::open({.path = path_for("copy")}));
}

TEST_F(StoreOpenTest, OverwritesNothing) {
  fill(store());
  ASSERT_TRUE(store().backup(path_for("backup")));

  EXPECT_EQ(store().backup(path_for("backup")).error().code, ErrorCode::already_exists);
  const auto restored = restore_store(path_for("backup"), path());
  EXPECT_EQ(restored.error().code, ErrorCode::already_exists);
  EXPECT_THAT(restored.error().message, HasSubstr("nothing is overwritten"));
  EXPECT_FALSE(restore_store(path_for("nothing"), path_for("restored")));
  EXPECT_FALSE(std::filesystem::exists(path_for("restored")));
}

TEST_F(StoreOpenTest, RestoresNothingThatRotted) {
  fill(store());
  ASSERT_TRUE(store().backup(path_for("backup")));
  std::filesystem::path largest;
  for (const auto& file : std::filesystem::directory_iterator(path_for("backup")))
    if (file.path().extension() == ".sst" &&
        (largest.empty() || file.file_size() > std::filesystem::file_size(largest)))
      largest = file.path();
  std::fstream stream(largest, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(100);
  stream << "rot";
  stream.close();

  const auto restored = restore_store(path_for("backup"), path_for("restored"));

  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::corrupt);
  EXPECT_THAT(restored.error().message, HasSubstr("restoring '" + path_for("backup") + "'"));
  EXPECT_FALSE(std::filesystem::exists(path_for("restored")));
}

TEST_F(StoreOpenTest, TellsHowFarVerifyingIs) {
  fill(store());
  std::vector<double> shares;
  const auto report = store().verify([&](double share) { shares.push_back(share); });

  EXPECT_EQ(report->detectors, 1U);
  EXPECT_EQ(report->intervals, 4U);
  EXPECT_GT(report->bytes_read, 1000U);
  ASSERT_FALSE(shares.empty());
  EXPECT_EQ(shares.back(), 1);
}

TEST(StoreSettings, NamesEveryProblem) {
  EXPECT_THAT(validate({}), IsEmpty());
  const auto problems = validate({.path = "", .retention = Duration(1), .inbox_bytes = 1});
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].field, "path");
  EXPECT_EQ(problems[1].message, "must be at least 1d");
}

}  // namespace
}  // namespace bellwether::store
