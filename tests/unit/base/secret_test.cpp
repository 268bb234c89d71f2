#include "bellwether/base/secret.hpp"

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

}  // namespace
}  // namespace bellwether
