#include "bellwether/base/bounded_queue.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace bellwether {
namespace {

using std::chrono::milliseconds;

TEST(BoundedQueue, GivesValuesInTheOrderTheyCame) {
  BoundedQueue<int> queue(3);
  for (int value : {1, 2, 3}) EXPECT_TRUE(queue.push(value, milliseconds(0)));
  for (const int value : {1, 2, 3}) EXPECT_EQ(queue.pop(milliseconds(0)), value);
  EXPECT_EQ(queue.pop(milliseconds(0)), std::nullopt);
}

TEST(BoundedQueue, LeavesTheValueWithItsOwnerWhenFull) {
  BoundedQueue<std::vector<int>> queue(1);
  std::vector<int> first{1};
  std::vector<int> second{2};
  EXPECT_TRUE(queue.push(first, milliseconds(0)));
  EXPECT_FALSE(queue.push(second, milliseconds(0)));
  EXPECT_EQ(second, std::vector<int>{2});
}

TEST(BoundedQueue, StillGivesWhatItHoldsOnceClosed) {
  BoundedQueue<int> queue(2);
  int value = 7;
  queue.push(value, milliseconds(0));
  queue.close();
  EXPECT_FALSE(queue.push(value, milliseconds(0)));
  EXPECT_EQ(queue.pop(milliseconds(0)), 7);
  EXPECT_EQ(queue.pop(std::chrono::hours(1)), std::nullopt);
}

TEST(BoundedQueue, LosesAndDoublesNothingBetweenThreads) {
  BoundedQueue<int> queue(4);
  constexpr int count = 2000;
  std::jthread producer([&] {
    for (int value = 0; value < count; ++value)
      while (!queue.push(value, milliseconds(100))) {
      }
    queue.close();
  });
  int expected = 0;
  while (const auto value = queue.pop(std::chrono::seconds(10))) EXPECT_EQ(*value, expected++);
  EXPECT_EQ(expected, count);
}

}  // namespace
}  // namespace bellwether
