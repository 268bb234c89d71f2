#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "bellwether/store/chunk_maker.hpp"
#include "bellwether/store/interval_log.hpp"

#include "database.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::store {
namespace {

constexpr std::uint64_t megabyte = 1'000'000;

/// A database with some megabytes in a family, of which all but the last key is then erased.
class ReclaimTest : public ::testing::Test {
 protected:
  void fill(Family family) {
    std::mt19937 random(5);
    for (int i = 0; i < 1'000; ++i) {
      std::string text(4'000, ' ');
      for (char& letter : text) letter = static_cast<char>(random());
      Batch batch(*database_);
      batch.put(family, key(i), text);
      ASSERT_TRUE(database_->write(batch, Durability::buffered));
    }
    ASSERT_TRUE(database_->flush());
  }

  void erase_all_but_the_last(Family family) {
    Batch batch(*database_);
    ASSERT_TRUE(database_->erase_range(batch, family, {key(0), key(999)}));
    ASSERT_TRUE(database_->write(batch, Durability::buffered));
    ASSERT_TRUE(database_->flush());
  }

  static std::string key(int i) { return "key " + std::to_string(1'000 + i); }

  std::uint64_t bytes_on_disk() const {
    std::uint64_t bytes = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder_ / "data")) {
      std::error_code gone;  // Files may be removed meanwhile.
      const auto size = file.path().extension() == ".sst" ? file.file_size(gone) : 0;
      if (!gone) bytes += size;
    }
    return bytes;
  }

  bellwether::testing::TemporaryFolder folder_;
  std::unique_ptr<Database> database_ =
      Database::open(folder_ / "data", Database::Access::read_write).value();
  std::stop_source stop_;
};

TEST_F(ReclaimTest, GivesTheDiskBackWhatWasErased) {
  for (const Family family : {Family::frames, Family::chunks}) {
    fill(family);
    const std::string last = database_->get(family, key(999)).value().value();
    erase_all_but_the_last(family);
    ASSERT_GT(bytes_on_disk(), 3 * megabyte);
    EXPECT_TRUE(database_->reclaim(stop_.get_token(), megabyte).value());
    EXPECT_LT(bytes_on_disk(), megabyte);
    EXPECT_EQ(database_->get(family, key(999)).value(), last);
    EXPECT_FALSE(database_->reclaim(stop_.get_token(), megabyte).value()) << "nothing is left";
  }
}

TEST_F(ReclaimTest, LeavesLittleAlone) {
  fill(Family::frames);
  erase_all_but_the_last(Family::frames);
  EXPECT_FALSE(database_->reclaim(stop_.get_token(), 10 * megabyte).value());
  EXPECT_GT(bytes_on_disk(), 3 * megabyte);
}

TEST_F(ReclaimTest, LeavesWhatASnapshotSees) {
  fill(Family::frames);
  const Snapshot snapshot(*database_);
  erase_all_but_the_last(Family::frames);
  ASSERT_TRUE(database_->reclaim(stop_.get_token(), megabyte));
  EXPECT_TRUE(database_->get(Family::frames, key(0), &snapshot).value());
  EXPECT_FALSE(database_->get(Family::frames, key(0)).value());
}

TEST_F(ReclaimTest, EndsWhenItIsToldToAndGoesOnLater) {
  fill(Family::frames);
  erase_all_but_the_last(Family::frames);
  stop_.request_stop();
  ASSERT_TRUE(database_->reclaim(stop_.get_token(), megabyte));
  EXPECT_GT(bytes_on_disk(), 3 * megabyte);
  EXPECT_FALSE(database_->get(Family::frames, key(0)).value());
  EXPECT_TRUE(database_->reclaim({}, megabyte).value());
  EXPECT_LT(bytes_on_disk(), megabyte);
}

TEST_F(ReclaimTest, IsWorkOfTheChunkMaker) {
  Batch batch(*database_);
  for (int i = 0; i < 1'000; ++i)
    batch.put(Family::chunks, key(i), std::string(megabyte / 10, 'x'));  // Stored as they are.
  ASSERT_TRUE(database_->write(batch, Durability::buffered));
  ASSERT_TRUE(database_->flush());
  erase_all_but_the_last(Family::chunks);
  ASSERT_GT(bytes_on_disk(), 90 * megabyte);

  IntervalLog intervals(*database_);
  std::vector<std::string> complaints;
  {
    const ChunkMaker maker(
        intervals, [&](const Error& error) { complaints.push_back(error.message); },
        std::chrono::milliseconds(1));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (bytes_on_disk() > megabyte && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
  }
  EXPECT_LT(bytes_on_disk(), megabyte);
  EXPECT_THAT(complaints, ::testing::IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
