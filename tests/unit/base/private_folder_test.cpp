#include "bellwether/base/private_folder.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_folder.hpp"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

unsigned mode_of(const std::string& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

TEST(PrivateFolder, IsForItsOwnerWhateverTheUmask) {
  const TemporaryFolder folder;
  const mode_t before = ::umask(0);
  const auto made = make_private_folder(folder / "above/data/");
  ::umask(before);

  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(mode_of(folder / "above/data"), 0700U);
}

TEST(PrivateFolder, LeavesOneThatIsThereAsItIs) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "data");
  ::chmod((folder / "data").c_str(), 0750);

  EXPECT_TRUE(make_private_folder(folder / "data"));
  EXPECT_EQ(mode_of(folder / "data"), 0750U);
}

TEST(PrivateFolder, RefusesOneOfAnotherUser) {
  const TemporaryFolder folder;
  std::string theirs = "/";  // Belongs to root.
  if (::geteuid() == 0) {
    theirs = folder / "theirs";
    std::filesystem::create_directory(theirs);
    ASSERT_EQ(::chown(theirs.c_str(), 65534, 65534), 0);
  }
  const auto made = make_private_folder(theirs);

  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::forbidden);
  EXPECT_THAT(made.error().message, AllOf(HasSubstr("it belongs to user "),
                                          HasSubstr("run as its owner, change the owner")));
}

TEST(PrivateFolder, SaysWhyItCannotBeMade) {
  const TemporaryFolder folder;
  const std::string file = folder.write("file", "");
  for (const std::string& path : {file, file + "/below"}) {
    const auto made = make_private_folder(path);
    ASSERT_FALSE(made) << path;
    EXPECT_EQ(made.error().code, ErrorCode::unavailable) << path;
  }
}

TEST(PrivateFolder, WarnsOfOneThatOthersMayEnter) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_private_folder(folder / "data"));
  EXPECT_EQ(warn_of_open_folder(folder / "data"), std::nullopt);
  for (const mode_t mode : {0750U, 0705U, 0777U}) {
    ::chmod((folder / "data").c_str(), mode);
    EXPECT_NE(warn_of_open_folder(folder / "data"), std::nullopt) << mode;
  }
  EXPECT_THAT(*warn_of_open_folder(folder / "data"),
              AllOf(HasSubstr("(mode 0777)"), HasSubstr("chmod 700 '" + (folder / "data") + "'")));
}

TEST(PrivateFile, MayBeReadByTheGroupWhereItIsRoots) {
  const TemporaryFolder folder;
  const std::string key = folder.write("key", "");
  const bool is_root = ::geteuid() == 0;
  const auto warns = [&](mode_t mode) {
    ::chmod(key.c_str(), mode);
    return warn_of_open_file(key).has_value();
  };
  EXPECT_FALSE(warns(0600));
  EXPECT_EQ(warns(0640), !is_root);
  EXPECT_TRUE(warns(0660));
  EXPECT_TRUE(warns(0644));
  EXPECT_THAT(*warn_of_open_file(key), HasSubstr("is open to other users (mode 0644)"));
  if (!is_root) return;
  ASSERT_EQ(::chown(key.c_str(), 65534, 65534), 0);
  EXPECT_TRUE(warns(0640));
}

}  // namespace
}  // namespace bellwether
