#include "file_bounds.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "file_bytes.hpp"
#include "file_source_fixture.hpp"

namespace bellwether::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(NamedFolder, IsWhatStandsBeforeTheFirstWildcard) {
  EXPECT_EQ(named_folder("/data/a.csv"), "/data");
  EXPECT_EQ(named_folder("/data/2026-*/a.csv"), "/data");
  EXPECT_EQ(named_folder("/*.csv"), "/");
  EXPECT_EQ(named_folder("/data/[ab]/x"), "/data");
  EXPECT_EQ(named_folder("data/?.csv"), "data");
  EXPECT_EQ(named_folder("*.csv"), ".");
}

class FileBoundsTest : public FileSourceTest {
 protected:
  void SetUp() override {
    fs::create_directories(folder.path("watch/inner"));
    fs::create_directories(folder.path("private"));
    folder.write("private/shadow.csv", std::string(header) + row("10:00", "secret", 1));
    folder.write("watch/a.csv", std::string(header) + row("10:00", "a", 1));
    folder.write("watch/inner/b.csv", std::string(header) + row("10:00", "b", 2));
  }

  void link(const std::string& from, const std::string& to) {
    fs::create_symlink(folder.path(to), folder.path(from));
  }

  FileSourceSpec files(const std::string& path) const {
    FileSourceSpec spec;
    spec.path = path;
    return spec;
  }

  FileSourceSpec below(std::string path, const std::string& allowed) const {
    FileSourceSpec spec = files(std::move(path));
    spec.only_below = {folder.path(allowed)};
    spec.follow_links = true;  // So that this bound alone is asked.
    return spec;
  }
};

TEST_F(FileBoundsTest, RefuseALinkOutOfTheFolder) {
  link("watch/c.csv", "private/shadow.csv");
  const auto source = open(detector(files("watch/*.csv")));
  const auto seen = drain(*source);
  EXPECT_THAT(seen, Contains("a=1"));
  EXPECT_THAT(seen.back(), HasSubstr("c.csv' is a link to a file outside of the folder that is "
                                     "named; if that is meant, say follow_links: true"));
}

TEST_F(FileBoundsTest, RefuseItWhereFilesAreFollowedAndReadTheOthers) {
  link("watch/a0.csv", "private/shadow.csv");
  FileSourceSpec spec = files("watch/*.csv");
  spec.follow = true;
  const auto source = open(detector(spec));
  const auto seen = drain(*source);
  EXPECT_THAT(seen, Contains("a=1"));
  EXPECT_THAT(seen, Contains(HasSubstr("follow_links: true")));
  EXPECT_THAT(seen, ::testing::Not(Contains(HasSubstr("secret"))));
}

TEST_F(FileBoundsTest, RefuseAFolderThatLeadsOut) {
  link("watch/other", "private");
  const auto source = open(detector(files("watch/*/*.csv")));
  EXPECT_THAT(drain(*source).back(), HasSubstr("follow_links: true"));
}

TEST_F(FileBoundsTest, FollowLinksWithinTheFolderAndOfTheFolderItself) {
  link("watch/z.csv", "watch/inner/b.csv");
  link("alias", "watch");
  const auto source = open(detector(files("alias/*.csv")));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "b=2", "ended"));
}

TEST_F(FileBoundsTest, FollowLinksThatAreMeant) {
  link("watch/c.csv", "private/shadow.csv");
  FileSourceSpec spec = files("watch/*.csv");
  spec.follow_links = true;
  const auto source = open(detector(spec));
  EXPECT_THAT(drain(*source), ElementsAre("a=1", "secret=1", "ended"));
}

TEST_F(FileBoundsTest, HoldTheApiToItsFolders) {
  EXPECT_THAT(drain(*open(detector(below("watch/*.csv", "watch")))), ElementsAre("a=1", "ended"));
  next_row = 0;
  EXPECT_THAT(drain(*open(detector(below("private/shadow.csv", "watch")))),
              ElementsAre(HasSubstr("does not lie below server.allow_paths")));
  link("watch/c.csv", "private/shadow.csv");
  EXPECT_THAT(drain(*open(detector(below("watch/c.csv", "watch")))),
              ElementsAre(HasSubstr("does not lie below server.allow_paths")));
  link("watch/d", "private");
  EXPECT_THAT(drain(*open(detector(below("watch/d/shadow.csv", "watch")))),
              ElementsAre(HasSubstr("does not lie below server.allow_paths")));
  // A folder of a like name is another one, and one that is not there allows nothing.
  EXPECT_THAT(drain(*open(detector(below("watch/a.csv", "wat")))),
              ElementsAre(HasSubstr("does not lie below server.allow_paths")));
}

TEST_F(FileBoundsTest, AskAboutTheFileThatWasOpenedNotItsName) {
  // As if the name had been given to another file after the folder was listed.
  fs::remove(folder.path("watch/a.csv"));
  link("watch/a.csv", "private/shadow.csv");
  FileSourceSpec spec = files(folder.path("watch/*.csv"));
  const auto opened = FileBytes::open(folder.path("watch/a.csv"), FileBounds(spec));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_input);
}

TEST_F(FileBoundsTest, NeverWaitAtAPipe) {
  ASSERT_EQ(::mkfifo(folder.path("watch/pipe.csv").c_str(), 0600), 0);
  const auto opened = FileBytes::open(folder.path("watch/pipe.csv"), FileBounds());
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("is no regular file"));
}

}  // namespace
}  // namespace bellwether::ingest
