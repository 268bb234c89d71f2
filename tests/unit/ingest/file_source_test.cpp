#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bellwether/ingest/source.hpp"

#include "file_position.hpp"
#include "file_source_fixture.hpp"

namespace bellwether::ingest {
namespace {

using ::testing::ElementsAre;

/// A clock that stands still.
class StandingClock final : public Clock {
 public:
  explicit StandingClock(TimePoint time) : time_(time) {}
  TimePoint now() const override { return time_; }
  std::chrono::nanoseconds real_time_until(TimePoint time) const override { return time - time_; }

 private:
  TimePoint time_;
};

TEST_F(FileSourceTest, ReadsFilesInOrderOfNameAndEnds) {
  folder.write("b.csv", std::string(header) + row("09:00", "b", 2));
  folder.write("a.csv", std::string(header) + row("08:00", "a", 1));
  folder.write("c.txt", "not ours");
  const auto source = open(detector({.path = "*.csv", .historical = {}}));

  EXPECT_THAT(drain(*source), ElementsAre("a=1", "b=2", "ended"));
  EXPECT_THAT(drain(*source), ElementsAre("ended"));
}

TEST_F(FileSourceTest, ReadsHistoryFirstAndNotAgain) {
  folder.write("history.csv", std::string(header) + row("08:00", "h", 1));
  folder.write("live.csv", std::string(header) + row("09:00", "l", 2));
  const auto source = open(detector({.path = "*.csv", .historical = {"hist*.csv"}}));

  EXPECT_THAT(drain(*source), ElementsAre("h=1 old", "historical done"));
  EXPECT_THAT(drain(*source), ElementsAre("l=2", "ended"));
}

TEST_F(FileSourceTest, EndsAfterHistoryWhenThereIsNothingElse) {
  folder.write("history.csv.gz", gzipped(std::string(header) + row("08:00", "h", 1)));
  const auto source = open(detector({.path = "", .historical = {"history.csv.gz"}}));

  EXPECT_THAT(drain(*source), ElementsAre("h=1 old", "historical done"));
  EXPECT_THAT(drain(*source), ElementsAre("ended"));
}

TEST_F(FileSourceTest, SaysWhichPatternMatchesNothing) {
  const auto source = open(detector({.path = "none*.csv", .historical = {}}));
  EXPECT_THAT(drain(*source), ElementsAre("no file matches '" + folder.path("none*.csv") +
                                          "'; give a path or glob that does"));
}

TEST_F(FileSourceTest, NamesTheFileThatIsAtFault) {
  folder.write("a.csv", "time,views\n");
  EXPECT_THAT(drain(*open(detector({.path = "a.csv", .historical = {}}))),
              ElementsAre("'" + folder.path("a.csv") +
                          "': line 1: the header has no column 'shop' for a dimension; it has "
                          "'time', 'views'"));
  folder.write("b.csv", std::string(header) + "broken\n");
  EXPECT_THAT(drain(*open(detector({.path = "b.csv", .historical = {}}))),
              ElementsAre("b.csv': the row has 1 field where 3 columns are named", "ended"));
}

TEST_F(FileSourceTest, TakesAPathWithBracketsAsItStands) {
  folder.write("data[1].csv", std::string(header) + row("08:00", "a", 1));
  EXPECT_THAT(drain(*open(detector({.path = "data[1].csv", .historical = {}}))),
              ElementsAre("a=1", "ended"));
}

TEST_F(FileSourceTest, FollowsAppendedLinesAndNewFiles) {
  folder.write("a.csv", std::string(header) + row("08:00", "a", 1));
  const auto source = open(detector({.path = "*.csv", .follow = true, .historical = {}}));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "idle"));
  EXPECT_THAT(drain(*source), ElementsAre("idle"));

  const std::string two = row("08:10", "a", 2);
  folder.append("a.csv", two.substr(0, 12));
  EXPECT_THAT(drain(*source), ElementsAre("idle")) << "half a line is not a row yet";
  folder.append("a.csv", two.substr(12));
  folder.write("b.csv", std::string(header) + row("08:20", "b", 3));
  EXPECT_THAT(drain(*source), ElementsAre("a=2", "b=3", "idle"));
}

TEST_F(FileSourceTest, WaitsForAFileThatIsNotThereYet) {
  const auto source = open(detector({.path = "late.csv", .follow = true, .historical = {}}));
  EXPECT_THAT(drain(*source), ElementsAre("idle"));
  folder.write("late.csv", "");
  EXPECT_THAT(drain(*source), ElementsAre("idle"));
  folder.append("late.csv", std::string(header).substr(0, 1));
  EXPECT_THAT(drain(*source), ElementsAre("idle"));
  folder.append("late.csv", std::string(header).substr(1) + row("08:00", "a", 1));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "idle"));
}

TEST_F(FileSourceTest, ReadsTheRestOfARotatedFileAndThenItsSuccessor) {
  folder.write("log.csv", std::string(header) + row("08:00", "a", 1));
  const auto source = open(detector({.path = "log.csv", .follow = true, .historical = {}}));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "idle"));

  folder.append("log.csv", row("08:10", "a", 2) + "2026-03-20 08:11:00,a,3");
  std::filesystem::rename(folder.path("log.csv"), folder.path("log.csv.1"));
  folder.write("log.csv", std::string(header) + row("08:20", "a", 4));
  EXPECT_THAT(drain(*source), ElementsAre("a=2", "a=3", "a=4", "idle"));
}

TEST_F(FileSourceTest, DoesNotReadARenamedFileTwice) {
  folder.write("log.csv", std::string(header) + row("08:00", "a", 1));
  const auto source = open(detector({.path = "log.csv*", .follow = true, .historical = {}}));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "idle"));

  std::filesystem::rename(folder.path("log.csv"), folder.path("log.csv.1"));
  folder.write("log.csv", std::string(header) + row("08:20", "a", 4));
  folder.append("log.csv.1", row("08:10", "a", 2));
  EXPECT_THAT(drain(*source), ElementsAre("a=2", "a=4", "idle"));
}

TEST_F(FileSourceTest, ReadsAFileThatWasCutFromItsBeginning) {
  folder.write("log.csv", std::string(header) + row("08:00", "a", 1) + row("08:01", "a", 2));
  const auto source = open(detector({.path = "log.csv", .follow = true, .historical = {}}));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "a=2", "idle"));

  folder.write("log.csv", std::string(header) + row("08:20", "a", 3));
  EXPECT_THAT(drain(*source), ElementsAre("a=3", "idle"));
}

TEST_F(FileSourceTest, CountsAFileItCannotReadAndGoesOn) {
  folder.write("a.csv", "no,header\n");
  folder.write("b.csv", std::string(header) + row("08:00", "b", 1));
  const auto source = open(detector({.path = "*.csv", .follow = true, .historical = {}}));
  EXPECT_THAT(drain(*source),
              ElementsAre("b=1",
                          "a.csv': line 1: the header has no column 'time' for the timestamp; it "
                          "has 'no', 'header'",
                          "idle"));
  EXPECT_THAT(drain(*source), ElementsAre("idle")) << "once, not at every look";
}

TEST_F(FileSourceTest, RefusesRowsFromTheFutureOfItsClock) {
  folder.write("a.csv", std::string(header) + row("09:10", "a", 1) + row("09:11", "a", 2));
  const StandingClock clock(at("08:00"));
  const auto source = open(detector({.path = "a.csv", .historical = {}}), {}, &clock);
  EXPECT_THAT(drain(*source),
              ElementsAre("a=1",
                          "a.csv': column 'time': '2026-03-20 09:11:00' lies in the future, after "
                          "2026-03-20T09:10:00Z",
                          "ended"));
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].received_at, at("08:00"));
}

/// Many rows in files, as it stood after each batch.
TEST_F(FileSourceTest, TakesUpAgainWhereverItWasCutOff) {
  std::string big(header);
  for (int i = 0; i < 45'000; ++i)
    big += i % 97 == 0 ? "bad\n" : row("08:" + std::to_string(10 + i % 50), "s", i);
  folder.write("a.csv", big);
  folder.write("b.csv.gz", gzipped(big));
  folder.write("c.csv", std::string(header) + row("08:00", "a", 1) + "2026-03-20 08:11:00,a,3");
  for (const bool follow : {false, true}) {
    const DetectorSpec spec = detector({.path = "*.csv*", .follow = follow, .historical = {}});
    batches.clear();
    next_row = 0;
    const auto all = drain(*open(spec));
    const auto whole = batches;
    ASSERT_GT(whole.size(), 4U);
    for (std::size_t stop = 0; stop < whole.size(); ++stop) {
      SCOPED_TRACE(stop);
      batches.clear();
      next_row = whole[stop].first_row;
      const auto source = open(spec, {{"files", whole[stop].resume_at, next_row, next_row}});
      drain(*source);
      std::size_t rows = 0;
      for (const RowBatch& batch : batches) rows += batch.row_count();
      std::size_t expected = 0;
      for (std::size_t i = stop; i < whole.size(); ++i) expected += whole[i].row_count();
      EXPECT_EQ(rows, expected);
      EXPECT_EQ(next_row, whole.back().end_row);
      ASSERT_FALSE(batches.empty());
      EXPECT_EQ(batches[0].timestamps.front(), whole[stop].timestamps.front());
      if (!batches[0].rejected.samples.empty() && !whole[stop].rejected.samples.empty()) {
        EXPECT_EQ(batches[0].rejected.samples[0].row, whole[stop].rejected.samples[0].row);
      }
    }
  }
}

TEST_F(FileSourceTest, TakesHistoryUpAgain) {
  folder.write("h1.csv", std::string(header) + row("08:00", "h", 1));
  folder.write("h2.csv", std::string(header) + row("09:00", "h", 2));
  folder.write("l.csv", std::string(header) + row("10:00", "l", 3));
  const DetectorSpec spec = detector({.path = "l.csv", .historical = {"h*.csv"}});
  const auto source = open(spec);
  drain(*source);
  drain(*source);
  ASSERT_EQ(batches.size(), 3U);

  next_row = 1;
  EXPECT_THAT(drain(*open(spec, {{"files", batches[0].resume_after, 1, 2}})),
              ElementsAre("h=2 old", "historical done"));
  next_row = 2;
  EXPECT_THAT(drain(*open(spec, {{"files", batches[2].resume_at, 2, 2}})),
              ElementsAre("l=3", "ended"));
  next_row = 3;
  EXPECT_THAT(drain(*open(spec, {{"files", batches[2].resume_after, 3, 3}})), ElementsAre("ended"));
}

TEST_F(FileSourceTest, PassesOverTheNumbersOfRowsThatAreGone) {
  const DetectorSpec spec = detector({.path = "*.csv", .follow = true, .historical = {}});
  const auto source = open(spec, {{"files", "files 1 live\n", 5, 9}});
  next_row = 5;
  EXPECT_THAT(drain(*source), ElementsAre("idle"));
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].end_row, 9U);
}

TEST_F(FileSourceTest, RefusesAPositionItDidNotWrite) {
  const auto source = make_file_source(detector({.path = "*.csv", .historical = {}}),
                                       {{"files", "nonsense", 5, 9}}, nullptr);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::corrupt);
}

TEST(FilePosition, IsReadBackAsWritten) {
  const FilePosition position{
      .is_historical = true,
      .marks = {{"a b\n\\n.csv", 7, 1234567890123, 9, head_of("abc")}, {"/x/ü", 0, 0, 0, {}}}};
  const auto back = parse_file_position(to_text(position));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, position);
  for (const char* bad : {"", "files 1", "files 1 live\n1 2 3", "files 1 live\n1 2 x a\n",
                          "files 1 live\n1 2 3 \n", "files 2 live\n1 2 3 a\n", "files 3 live\n"})
    EXPECT_FALSE(parse_file_position(bad)) << bad;
}

TEST(FilePosition, OfTheFirstVersionIsStillRead) {
  const auto position = parse_file_position("files 1 live\n7 100 3 /x/a.csv\n");
  ASSERT_TRUE(position);
  EXPECT_FALSE(position->is_historical);
  ASSERT_EQ(position->marks.size(), 1U);
  EXPECT_EQ(position->marks[0], (FileMark{"/x/a.csv", 7, 100, 3, {}}));
}

}  // namespace
}  // namespace bellwether::ingest
