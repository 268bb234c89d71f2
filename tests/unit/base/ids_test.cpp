#include "bellwether/base/ids.hpp"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(StableUuid, NeverChangesBetweenReleases) {
  // Ids handed to clients are made this way: a change here breaks their links.
  EXPECT_EQ(stable_uuid("revenue{country=NL}"), stable_uuid("revenue{country=NL}"));
  EXPECT_NE(stable_uuid("a"), stable_uuid("b"));
  EXPECT_EQ(stable_uuid("").size(), 36U);
  EXPECT_EQ(stable_uuid("x")[14], '5');
}

TEST(RandomUuid, IsNeverTheSame) { EXPECT_NE(random_uuid(), random_uuid()); }

TEST(StableHash, SpreadsNeighboursOverAllBits) {
  EXPECT_EQ(stable_hash("abc"), stable_hash("abc"));
  EXPECT_NE(stable_hash("abc") >> 56U, stable_hash("abd") >> 56U);
}

}  // namespace
}  // namespace bellwether
