#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "bare_database.hpp"
#include "database.hpp"
#include "support/temporary_folder.hpp"

namespace bellwether::store {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A store whose records lie in several logs, as a crash leaves it.
class LogGapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Database::open(folder_ / "running", Database::Access::read_write));
    const BareDatabase bare(folder_ / "running");
    // What is in memory alone keeps the logs.
    put(bare, Family::meta, "kept");
    for (int i = 0; i < 3; ++i) {
      put(bare, Family::catalog, "key" + std::to_string(i));
      put(bare, Family::meta, "other" + std::to_string(i));
      ASSERT_TRUE(bare.db->Flush({}, bare.of(Family::catalog)).ok());
    }
    put(bare, Family::catalog, "last");
    fs::copy(folder_ / "running", path_);
    ASSERT_TRUE(fs::exists(fs::path(path_) / "LOCK")) << "which tells a store from a backup";
  }

  static void put(const BareDatabase& bare, Family family, const std::string& key) {
    ASSERT_TRUE(bare.db->Put({}, bare.of(family), key, "value").ok());
  }

  std::vector<fs::path> logs() const {
    std::vector<fs::path> found;
    for (const auto& file : fs::directory_iterator(path_))
      if (file.path().extension() == ".log") found.push_back(file.path());
    std::ranges::sort(found);
    return found;
  }

  std::vector<std::string> damages() const {
    const auto database = Database::open(path_, Database::Access::read_write);
    EXPECT_TRUE(database) << database.error().message;
    return database ? (*database)->damages() : std::vector<std::string>();
  }

  bellwether::testing::TemporaryFolder folder_;
  const std::string path_ = folder_ / "data";
};

TEST_F(LogGapTest, WhatACrashLeavesLacksNothing) {
  ASSERT_GE(logs().size(), 3U);
  EXPECT_THAT(damages(), IsEmpty());
  EXPECT_THAT(damages(), IsEmpty()) << "nor a second time";
}

TEST_F(LogGapTest, ALogThatIsMissingIsTold) {
  fs::remove(logs()[1]);
  EXPECT_THAT(damages(), ElementsAre(HasSubstr("a file is missing or was cut off")));
}

TEST_F(LogGapTest, ALogThatWasCutBeforeOthersIsTold) {
  fs::resize_file(logs()[1], fs::file_size(logs()[1]) / 2);
  EXPECT_THAT(damages(), SizeIs(1));
}

TEST_F(LogGapTest, NoLogAtAllIsTold) {
  for (const fs::path& log : logs()) fs::remove(log);
  EXPECT_THAT(damages(), ElementsAre(HasSubstr("there is no log file")));
}

TEST_F(LogGapTest, AnEndThatIsCutIsWhatACrashLeaves) {
  fs::resize_file(logs().back(), fs::file_size(logs().back()) - 3);
  EXPECT_THAT(damages(), IsEmpty());
}

}  // namespace
}  // namespace bellwether::store
