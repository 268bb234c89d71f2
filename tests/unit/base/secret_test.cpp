#include "bellwether/base/secret.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(Secret, ComesFromAFileOrAVariable) {
  const auto path = std::filesystem::temp_directory_path() / "bellwether_secret_test";
  std::ofstream(path) << "postgres://me:word@host/db\r\n\n";
  EXPECT_EQ(*read_secret("url", path.string(), ""), "postgres://me:word@host/db");
  std::ofstream(path) << "\n";
  EXPECT_EQ(read_secret("url", path.string(), "").error().message,
            "url_file '" + path.string() + "' is empty");
  std::filesystem::remove(path);
  EXPECT_EQ(read_secret("url", path.string(), "").error().message,
            "url_file '" + path.string() + "': No such file or directory");

  ::setenv("BELLWETHER_SECRET_TEST", "x y", 1);
  EXPECT_EQ(*read_secret("url", "", "BELLWETHER_SECRET_TEST"), "x y");
  ::unsetenv("BELLWETHER_SECRET_TEST");
  EXPECT_EQ(read_secret("url", "", "BELLWETHER_SECRET_TEST").error().message,
            "url_env 'BELLWETHER_SECRET_TEST' is not set");
}

/// What a document once named to stop the server for good.
TEST(Secret, IsNeverReadFromWhatMayBlock) {
  const auto pipe = std::filesystem::temp_directory_path() /
                    ("bellwether_secret_pipe_" + std::to_string(::getpid()));
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& path :
       {pipe.string(), std::string("/dev/ptmx"), std::string("/dev/zero"), std::string("/tmp")})
    EXPECT_EQ(read_secret("url", path, "").error().message,
              "url_file '" + path + "' is no regular file");
  std::filesystem::remove(pipe);
}

TEST(Secret, IsBounded) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("bellwether_secret_large_" + std::to_string(::getpid()));
  std::ofstream(path) << std::string(65'536, 'x');
  EXPECT_EQ(read_secret("url", path.string(), "")->size(), 65'536U);
  std::ofstream(path, std::ios::app) << "x";
  EXPECT_EQ(read_secret("url", path.string(), "").error().message,
            "url_file '" + path.string() + "' is longer than 65536 bytes");
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace bellwether
