#include "refused_logins.hpp"

#include <gtest/gtest.h>

namespace bellwether::api {
namespace {

using std::chrono::seconds;

TEST(RefusedLogins, GetOneLinePerAddressAndMinute) {
  RefusedLogins refused;
  const RefusedLogins::Instant begin{};
  ASSERT_TRUE(refused.note("10.0.0.1", begin));
  EXPECT_TRUE(refused.note("10.0.0.2", begin));
  for (int i = 1; i < 60; ++i) EXPECT_FALSE(refused.note("10.0.0.1", begin + seconds(i))) << i;
  const auto line = refused.note("10.0.0.1", begin + seconds(60));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->address, "10.0.0.1");
  EXPECT_EQ(line->more, 59U);
  EXPECT_FALSE(refused.note("10.0.0.1", begin + seconds(61)));
}

TEST(RefusedLogins, OfVeryManyAddressesShareALine) {
  RefusedLogins refused;
  const RefusedLogins::Instant begin{};
  std::size_t lines = 0;
  for (int i = 0; i < 10'000; ++i)
    lines += refused.note("2001:db8::" + std::to_string(i), begin) ? 1U : 0U;
  EXPECT_EQ(lines, RefusedLogins::most_addresses + 1);
  EXPECT_FALSE(refused.note("2001:db8:1::", begin + seconds(30)));
  // The old ones are forgotten, so that new ones are told apart again.
  EXPECT_EQ(refused.note("2001:db8:2::", begin + seconds(61))->address, "2001:db8:2::");
}

}  // namespace
}  // namespace bellwether::api
