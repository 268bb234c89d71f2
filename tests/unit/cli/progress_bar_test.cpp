#include "progress_bar.hpp"

#include <sstream>

#include <gtest/gtest.h>

namespace bellwether::cli {
namespace {

TEST(ProgressBar, IsSilentWhereNobodyLooks) {
  std::ostringstream out;
  std::ostringstream error;
  const Console console{out, error};
  {
    ProgressBar bar(console, "task");
    bar.show(0.5);
  }
  EXPECT_EQ(out.str() + error.str(), "");
}

TEST(ProgressBar, DrawsEachPercentageOnceAndCleansUp) {
  std::ostringstream out;
  std::ostringstream error;
  const Console console{out, error, true};
  {
    ProgressBar bar(console, "task");
    bar.show(0.5);
    bar.show(0.501);
    bar.show(2);
  }
  EXPECT_EQ(error.str(), "\rtask [" + std::string(20, '=') + std::string(20, ' ') +
                             "] 50%\rtask [" + std::string(40, '=') + "] 100%\r\033[K");
  EXPECT_EQ(out.str(), "");
}

}  // namespace
}  // namespace bellwether::cli
