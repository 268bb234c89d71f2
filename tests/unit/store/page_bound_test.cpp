#include "bellwether/store/page_bound.hpp"

#include <gtest/gtest.h>

namespace bellwether::store {
namespace {

TEST(PageBound, EndsAPageByCountOrBytes) {
  PageBound by_count(2);
  EXPECT_TRUE(by_count.take(1));
  EXPECT_TRUE(by_count.take(1));
  EXPECT_FALSE(by_count.take(1));

  PageBound by_bytes(100);
  EXPECT_TRUE(by_bytes.take(PageBound::max_bytes - 1));
  EXPECT_TRUE(by_bytes.take(1));
  EXPECT_FALSE(by_bytes.take(1));
}

TEST(PageBound, AlwaysHasRoomForOneRecord) {
  PageBound bound(100);
  EXPECT_TRUE(bound.take(10 * PageBound::max_bytes));
  EXPECT_FALSE(bound.take(1));
}

}  // namespace
}  // namespace bellwether::store
