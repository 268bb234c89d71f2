#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "file_kinship.hpp"
#include "file_source_fixture.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;

/// Rows enough that a file's beginning proves which file it is.
std::string many_rows(int first, int count) {
  std::string rows;
  for (int i = first; i < first + count; ++i)
    rows += row("08:" + std::to_string(10 + i % 50), "s", i);
  return rows;
}

std::vector<std::string> seen_rows(int first, int count, const std::string& last) {
  std::vector<std::string> seen;
  for (int i = first; i < first + count; ++i) seen.push_back("s=" + std::to_string(i));
  seen.push_back(last);
  return seen;
}

class RotatedFileTest : public FileSourceTest {
 protected:
  /// Goes on where the last batch ended, as after a restart.
  std::unique_ptr<Source> reopen(const DetectorSpec& spec) const {
    return open(spec, {{"files", batches.back().resume_after, next_row, next_row}});
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(folder.path(from), folder.path(to));
  }

  DetectorSpec one = detector({.path = "log.csv", .follow = true, .historical = {}});
  DetectorSpec all = detector({.path = "log.csv*", .follow = true, .historical = {}});
};

TEST_F(RotatedFileTest, IsReadToItsEndWhenItWasRotatedWhileWeWereDown) {
  folder.write("log.csv", std::string(header) + many_rows(0, 20));
  EXPECT_EQ(drain(*open(one)), seen_rows(0, 20, "idle"));

  folder.append("log.csv", many_rows(20, 5));
  rename("log.csv", "log.csv.1");
  folder.write("log.csv", std::string(header) + many_rows(25, 5));
  EXPECT_EQ(drain(*reopen(one)), seen_rows(20, 10, "idle"));
  EXPECT_EQ(drain(*reopen(one)), seen_rows(0, 0, "idle")) << "once";
}

TEST_F(RotatedFileTest, IsReadToItsEndWhenItWasPackedWhileWeWereDown) {
  folder.write("log.csv", std::string(header) + many_rows(0, 20));
  EXPECT_EQ(drain(*open(one)), seen_rows(0, 20, "idle"));

  std::filesystem::remove(folder.path("log.csv"));
  folder.write("log.csv.1.gz", gzipped(std::string(header) + many_rows(0, 25)));
  folder.write("log.csv", std::string(header) + many_rows(25, 20));
  EXPECT_EQ(drain(*reopen(one)), seen_rows(20, 25, "idle"));
}

TEST_F(RotatedFileTest, IsNotReadAgainWhenItIsPacked) {
  folder.write("log.csv.1", std::string(header) + many_rows(0, 20));
  folder.write("log.csv", std::string(header) + many_rows(20, 20));
  const auto source = open(all);
  EXPECT_EQ(drain(*source), seen_rows(0, 40, "idle")) << "the oldest first";

  folder.write("log.csv.2.gz", gzipped(std::string(header) + many_rows(0, 20)));
  EXPECT_THAT(drain(*source), ElementsAre("idle")) << "while the original is still there";
  std::filesystem::remove(folder.path("log.csv.1"));
  EXPECT_THAT(drain(*source), ElementsAre("idle"));
  folder.append("log.csv", many_rows(40, 1));
  EXPECT_EQ(drain(*source), seen_rows(40, 1, "idle"));
  EXPECT_THAT(drain(*reopen(all)), ElementsAre("idle"));
}

TEST_F(RotatedFileTest, IsNotReadAgainWhenASmallOneIsPacked) {
  folder.write("log.csv", std::string(header) + row("08:00", "a", 1));
  const auto source = open(all);
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "idle"));
  folder.write("log.csv.1.gz", gzipped(std::string(header) + row("08:00", "a", 1)));
  folder.write("log.csv.2", std::string(header) + row("08:00", "a", 1) + row("08:01", "b", 2));
  std::filesystem::remove(folder.path("log.csv"));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "b=2", "idle"))
      << "of the other one nobody knows whether it is the same";
}

TEST_F(RotatedFileTest, IsNotReadAgainWhenItIsCopiedAndCut) {
  folder.write("log.csv", std::string(header) + many_rows(0, 20));
  const auto source = open(all);
  EXPECT_EQ(drain(*source), seen_rows(0, 20, "idle"));

  folder.write("log.csv.1", std::string(header) + many_rows(0, 22));
  EXPECT_THAT(drain(*source), ElementsAre("idle")) << "the copy waits for the original";
  folder.write("log.csv", "");
  folder.append("log.csv", std::string(header) + many_rows(22, 2));
  EXPECT_EQ(drain(*source), seen_rows(20, 4, "idle")) << "two rows were copied before we saw them";
}

TEST_F(RotatedFileTest, IsReadToItsEndWhenItIsCopiedAsideAndCut) {
  folder.write("log.csv", std::string(header) + many_rows(0, 20));
  const auto source = open(one);
  EXPECT_EQ(drain(*source), seen_rows(0, 20, "idle"));

  folder.write("log.csv.1", std::string(header) + many_rows(0, 22));
  folder.write("log.csv", std::string(header) + many_rows(22, 2));
  EXPECT_EQ(drain(*source), seen_rows(20, 4, "idle"));
}

TEST_F(RotatedFileTest, IsReadFromItsBeginningWhenItWasCutAndGrewAgain) {
  folder.write("log.csv", std::string(header) + many_rows(0, 20));
  const auto source = open(one);
  EXPECT_EQ(drain(*source), seen_rows(0, 20, "idle"));
  folder.write("log.csv", std::string(header) + many_rows(20, 40));
  EXPECT_EQ(drain(*source), seen_rows(20, 40, "idle")) << "longer than before, in one look";
  folder.write("log.csv", std::string(header) + many_rows(60, 50));
  EXPECT_EQ(drain(*reopen(one)), seen_rows(60, 50, "idle")) << "over a restart";
}

/// Debian's file systems hand out the number of a deleted file at once.
TEST_F(RotatedFileTest, IsNotTakenForAnotherOneWithItsInode) {
  folder.write("log.csv", std::string(header) + many_rows(0, 20));
  EXPECT_EQ(drain(*open(one)), seen_rows(0, 20, "idle"));
  const std::string position = batches.back().resume_after;

  folder.write("log.csv", std::string(header) + many_rows(20, 40));
  EXPECT_EQ(drain(*open(one, {{"files", position, next_row, next_row}})),
            seen_rows(20, 40, "idle"));
}

TEST_F(RotatedFileTest, OfManyIsFollowedAtAReasonableCost) {
  constexpr int count = 2000;
  for (int i = 0; i < count; ++i)
    folder.write("log.csv." + std::to_string(10'000 + i),
                 std::string(header) + many_rows(20 * i, 20));
  const auto source = open(all);
  EXPECT_EQ(drain(*source).size(), 20U * count + 1);
  EXPECT_LT(batches.size(), static_cast<std::size_t>(count) / 50)
      << "a position names every file, so small files share batches";
  folder.append("log.csv.10700", many_rows(0, 1));
  EXPECT_THAT(drain(*source), ElementsAre("s=0", "idle"));
}

/// A log that is written, rotated in every way, and read by a source that crashes.
class RotatedLog {
 public:
  explicit RotatedLog(const TemporaryFolder& folder) : folder_(folder) { begin(); }

  void append(int rows) {
    const std::string text = many_rows(next_, rows);
    next_ += rows;
    texts_["log.csv"] += text;
    folder_.append("log.csv", text);
  }
  void rotate() {
    const std::string aside = next_name();
    std::filesystem::rename(folder_.path("log.csv"), folder_.path(aside));
    texts_[aside] = texts_["log.csv"];
    begin();
  }
  void copy_and_cut() {
    const std::string aside = next_name();
    texts_[aside] = texts_["log.csv"];
    folder_.write(aside, texts_[aside]);
    begin();
  }
  /// Packs what was put aside first; its original stays for a while.
  void pack() {
    if (texts_.size() < 2) return;
    const auto oldest = std::next(texts_.begin());
    folder_.write(oldest->first + ".gz", gzipped(oldest->second));
    packed_.push_back(oldest->first);
    texts_.erase(oldest);
  }
  void remove_originals() {
    for (const std::string& name : packed_) std::filesystem::remove(folder_.path(name));
    packed_.clear();
  }
  int rows() const { return next_; }

 private:
  void begin() {
    texts_["log.csv"] = header;
    folder_.write("log.csv", header);
    append(20);
  }
  std::string next_name() { return "log.csv." + std::to_string(next_number_++); }

  const TemporaryFolder& folder_;
  std::map<std::string, std::string> texts_;  ///< By name; "log.csv" sorts first.
  std::vector<std::string> packed_;
  int next_ = 0;
  int next_number_ = 100;
};

TEST_F(RotatedFileTest, LosesAndDoublesNoRowOverRotationsAndCrashes) {
  for (unsigned seed = 0; seed < 25; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 dice(seed);
    const TemporaryFolder own;
    RotatedLog log(own);
    DetectorSpec spec = all;
    std::get<FileSourceSpec>(spec.source).path = own.path("log.csv*");
    batches.clear();
    next_row = 0;
    auto source = open(spec);
    for (int step = 0; step < 60; ++step) {
      const auto what = dice() % 12;
      if (what < 4) log.append(1 + static_cast<int>(dice() % 5));
      if (what == 4) log.rotate();
      if (what == 5) log.copy_and_cut();
      if (what == 6) log.pack();
      if (what == 7) log.remove_originals();
      if (what >= 8) drain(*source);
      if (what != 11 || batches.empty()) continue;
      // What was read since one of the last batches was not committed.
      for (auto back = dice() % 3; back > 0 && batches.size() > 1; --back) batches.pop_back();
      next_row = batches.back().end_row;
      source = reopen(spec);
    }
    log.remove_originals();
    log.append(1);
    drain(*source);
    std::vector<int> numbers;
    for (const RowBatch& batch : batches)
      for (const double number : batch.measures[0]) numbers.push_back(static_cast<int>(number));
    std::ranges::sort(numbers);
    std::vector<int> expected(static_cast<std::size_t>(log.rows()));
    std::iota(expected.begin(), expected.end(), 0);
    EXPECT_EQ(numbers, expected);
  }
}

TEST(RotationOrder, GoesFromTheOldestToTheNewest) {
  std::vector<std::string> names{"/x/log.csv",          "/x/log.csv.1",          "/x/log.csv.10.gz",
                                 "/x/log.csv.9.gz",     "/x/other-2.csv",        "/x/other-1.csv",
                                 "/x/log.csv-20260321", "/x/log.csv-20260320.gz"};
  std::ranges::sort(names, {}, [](const std::string& name) { return RotationOrder(name); });
  EXPECT_THAT(names, ElementsAre("/x/log.csv-20260320.gz", "/x/log.csv-20260321",
                                 "/x/log.csv.10.gz", "/x/log.csv.9.gz", "/x/log.csv.1",
                                 "/x/log.csv", "/x/other-1.csv", "/x/other-2.csv"));
}

TEST(RotationStem, IsWhatRotationLeavesOfAName) {
  for (const char* name : {"/x/log.csv", "/x/log.csv.1", "/x/log.csv.12.gz", "/x/log.csv-20260320",
                           "/x/log-2026-03-20.csv", "/x/log.csv-20260320-1774000000.gz"})
    EXPECT_EQ(rotation_stem(name), "/x/log.csv") << name;
  EXPECT_NE(rotation_stem("/x/log.csv"), rotation_stem("/y/log.csv"));
  EXPECT_EQ(rotation_stem("1"), "");
}

}  // namespace
}  // namespace bellwether::ingest
