#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "bellwether/store/inbox.hpp"

#include "database.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::store {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::SizeIs;

/// What a disk does that fails. Logs are the files RocksDB appends each write to.
struct Disk {
  std::atomic<bool> refuses_logs = false;
  std::atomic<bool> refuses_tables = false;
  std::atomic<bool> refuses_syncs = false;  ///< Of logs: the bytes are there all the same.
  std::atomic<bool> is_broken = false;  ///< Failures are errors of the device, not lack of room.
  std::atomic<std::uint64_t> free_bytes = std::uint64_t{1} << 40U;

  rocksdb::IOStatus failure() const {
    if (is_broken) return rocksdb::IOStatus::IOError("Input/output error");
    auto full = rocksdb::IOStatus::NoSpace("No space left on device");
    full.SetRetryable(true);
    return full;
  }
};

class FailingFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FailingFile(std::unique_ptr<rocksdb::FSWritableFile> file, const Disk& disk, bool is_log)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), is_log_(is_log) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    return refuses() ? disk_.failure() : FSWritableFileWrapper::Append(data, options, debug);
  }
  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& verification,
                           rocksdb::IODebugContext* debug) override {
    return refuses() ? disk_.failure()
                     : FSWritableFileWrapper::Append(data, options, verification, debug);
  }
  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                         rocksdb::IODebugContext* debug) override {
    return is_log_ && disk_.refuses_syncs ? disk_.failure()
                                          : FSWritableFileWrapper::Sync(options, debug);
  }

 private:
  bool refuses() const { return is_log_ ? disk_.refuses_logs : disk_.refuses_tables; }

  const Disk& disk_;
  const bool is_log_;
};

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FailingFileSystem(const Disk& disk)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), disk_(disk) {}

  const char* Name() const override { return "failing"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    auto status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
    const bool is_log = name.ends_with(".log");
    if (status.ok() && (is_log || name.ends_with(".sst")))
      *file = std::make_unique<FailingFile>(std::move(*file), disk_, is_log);
    return status;
  }

 private:
  const Disk& disk_;
};

class FailingDiskTest : public ::testing::Test {
 protected:
  void SetUp() override { open(); }

  void open() {
    OpenOptions options;
    options.env = env_.get();
    options.free_bytes = [this](const std::string&) {
      return std::optional(disk_.free_bytes.load());
    };
    options.look_every = milliseconds(1);
    auto opened = Database::open(path_, Database::Access::read_write, options);
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
  }

  Result<void> put(const std::string& key, const std::string& value = "value",
                   Durability durability = Durability::synced) {
    Batch batch(*database_);
    batch.put(Family::catalog, key, value);
    return database_->write(batch, durability);
  }

  std::string get(const std::string& key) {
    const auto found = database_->get(Family::catalog, key);
    EXPECT_TRUE(found) << found.error().message;
    return found ? found->value_or("none") : "failed";
  }

  static bool soon(const std::function<bool()>& holds) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!holds() && std::chrono::steady_clock::now() < deadline)
      std::this_thread::sleep_for(milliseconds(1));
    return holds();
  }
  bool is_ready_soon(bool ready) {
    return soon([&] { return database_->condition().is_ready == ready; });
  }

  bellwether::testing::TemporaryFolder folder_;
  const std::string path_ = folder_ / "data";
  Disk disk_;
  const std::unique_ptr<rocksdb::Env> env_ =
      rocksdb::NewCompositeEnv(std::make_shared<FailingFileSystem>(disk_));
  std::unique_ptr<Database> database_;
};

TEST_F(FailingDiskTest, RefusesWhatMayNotFitBeforeRocksDbSeesIt) {
  ASSERT_TRUE(put("before"));
  disk_.free_bytes = DiskWatch::reserve_bytes - 1;
  disk_.refuses_logs = true;  // Or it would be written.
  ASSERT_TRUE(is_ready_soon(false));
  EXPECT_THAT(database_->condition().detail, HasSubstr("the disk is full: 15 MiB are free"));
  const auto written = put("meanwhile");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::unavailable);
  EXPECT_EQ(get("before"), "value");

  disk_.refuses_logs = false;
  disk_.free_bytes = DiskWatch::reserve_bytes + 1'000'000;
  ASSERT_TRUE(is_ready_soon(true));
  EXPECT_TRUE(put("after")) << "less free than RocksDB wants for itself";
  EXPECT_EQ(get("meanwhile"), "none");
}

TEST_F(FailingDiskTest, GoesOnAfterALogThatWasFull) {
  for (int round = 0; round < 5; ++round) {
    const std::string number = std::to_string(round);
    ASSERT_TRUE(put("before" + number));
    disk_.refuses_logs = true;
    EXPECT_FALSE(put("meanwhile"));
    ASSERT_TRUE(is_ready_soon(false));
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(put("meanwhile", "value", Durability::buffered));
    EXPECT_EQ(get("before" + number), "value");
    disk_.refuses_logs = false;
    ASSERT_TRUE(is_ready_soon(true));
    EXPECT_TRUE(put("after" + number));
  }
  database_.reset();
  open();
  EXPECT_EQ(get("before4"), "value");
  EXPECT_EQ(get("after4"), "value");
}

TEST_F(FailingDiskTest, GoesOnAfterATableThatDidNotFit) {
  ASSERT_TRUE(put("before"));
  disk_.refuses_tables = true;
  EXPECT_FALSE(database_->flush());
  ASSERT_TRUE(is_ready_soon(false)) << "without a write that fails";
  EXPECT_FALSE(put("meanwhile"));
  disk_.refuses_tables = false;
  ASSERT_TRUE(is_ready_soon(true));
  EXPECT_TRUE(put("after"));
  EXPECT_TRUE(database_->flush());
  EXPECT_EQ(get("before"), "value");
}

TEST_F(FailingDiskTest, IsOpenedAnewAfterADeviceThatFailed) {
  for (const bool are_tables : {false, true}) {
    ASSERT_TRUE(put("before"));
    disk_.is_broken = true;
    (are_tables ? disk_.refuses_tables : disk_.refuses_logs) = true;
    EXPECT_FALSE(are_tables ? database_->flush() : put("meanwhile"));
    ASSERT_TRUE(is_ready_soon(false));
    disk_.refuses_tables = disk_.refuses_logs = false;
    ASSERT_TRUE(is_ready_soon(true));
    EXPECT_TRUE(put("after"));
    EXPECT_EQ(get("before"), "value");
  }
}

TEST_F(FailingDiskTest, ReadersAreWaitedForAndThenTurnedAwayUnharmed) {
  ASSERT_TRUE(put("one"));
  ASSERT_TRUE(put("two"));
  std::optional<Snapshot> snapshot(std::in_place, *database_);
  {
    auto cursor = database_->scan(Family::catalog, {}, {.snapshot = &*snapshot});
    disk_.is_broken = disk_.refuses_logs = true;
    EXPECT_FALSE(put("meanwhile"));
    disk_.refuses_logs = false;
    // Somebody who holds one thing and asks for another is not waited for: it fails, and he ends.
    ASSERT_TRUE(soon([&] { return !database_->get(Family::catalog, "one"); }));
    EXPECT_FALSE(database_->condition().is_ready);
    EXPECT_EQ(database_->get(Family::catalog, "one", &*snapshot).value(), "value");
    ASSERT_TRUE(cursor.valid());
    cursor.next();
    EXPECT_TRUE(cursor.valid());
    EXPECT_TRUE(cursor.status());
  }
  snapshot.reset();
  ASSERT_TRUE(is_ready_soon(true));
  EXPECT_EQ(get("one"), "value");
}

TEST_F(FailingDiskTest, StaysClosedWhileItCannotBeOpenedAndSaysWhy) {
  ASSERT_TRUE(put("before"));
  disk_.is_broken = disk_.refuses_logs = true;
  EXPECT_FALSE(put("meanwhile"));
  disk_.refuses_tables = true;  // What was in memory cannot be written as it opens.
  ASSERT_TRUE(soon([&] { return !database_->get(Family::catalog, "before"); }));
  EXPECT_FALSE(put("meanwhile"));
  auto cursor = database_->scan(Family::catalog, {});
  EXPECT_FALSE(cursor.valid());
  EXPECT_FALSE(cursor.status());
  EXPECT_THAT(database_->condition().detail, HasSubstr("Input/output error"));
  disk_.refuses_tables = disk_.refuses_logs = false;
  ASSERT_TRUE(is_ready_soon(true));
  EXPECT_EQ(get("before"), "value");
}

TEST_F(FailingDiskTest, RowsThatWereRefusedDoNotTurnUp) {
  Inbox inbox(*database_, 1U << 20U);
  const auto push = [&](const std::string& key) {
    RowBatch batch;
    batch.timestamps = {TimePoint()};
    batch.measures = {{1.0}};
    return inbox.append("shop", batch, key, "taken", TimePoint());
  };
  ASSERT_TRUE(push("one"));
  disk_.is_broken = disk_.refuses_syncs = true;  // They are in the log, and may be read back.
  EXPECT_FALSE(push("two"));
  disk_.refuses_syncs = false;
  ASSERT_TRUE(is_ready_soon(true));
  EXPECT_THAT(inbox.read("shop", "", 10).value(), SizeIs(1));
  EXPECT_EQ(inbox.answer_of("shop", "two").value(), std::nullopt) << "or it is never sent again";
  EXPECT_TRUE(push("two"));
  EXPECT_THAT(inbox.read("shop", "", 10).value(), SizeIs(2));
}

TEST_F(FailingDiskTest, TellsThatItsFolderIsGone) {
  ASSERT_TRUE(put("before"));
  std::vector<std::string> heard;
  std::filesystem::rename(path_, folder_ / "away");
  ASSERT_TRUE(is_ready_soon(false));
  EXPECT_THAT(database_->condition().detail, HasSubstr("was removed while the server runs"));
  EXPECT_FALSE(put("meanwhile"));
  std::filesystem::create_directory(path_);
  ASSERT_TRUE(soon(
      [&] { return database_->condition().detail.find("was replaced") != std::string::npos; }));
  std::filesystem::remove(path_);
  std::filesystem::rename(folder_ / "away", path_);
  ASSERT_TRUE(is_ready_soon(true));
  EXPECT_TRUE(put("after"));
}

TEST_F(FailingDiskTest, FollowersHearEachChangeOnce) {
  std::vector<StoreCondition> heard;  // Only looked at when nobody calls any more.
  std::atomic<std::size_t> count = 0;
  database_->follow([&](const StoreCondition& condition) {
    heard.push_back(condition);
    ++count;
  });
  EXPECT_EQ(count, 1U) << "at once";
  disk_.free_bytes = 1;
  ASSERT_TRUE(soon([&] { return count == 2; }));
  disk_.free_bytes = std::uint64_t{1} << 30U;
  ASSERT_TRUE(soon([&] { return count == 3; }));
  database_->stop_looking();
  ASSERT_THAT(heard, SizeIs(3));
  EXPECT_TRUE(heard[0].is_ready);
  EXPECT_FALSE(heard[1].is_ready);
  EXPECT_TRUE(heard[2].is_ready);
}

}  // namespace
}  // namespace bellwether::store
