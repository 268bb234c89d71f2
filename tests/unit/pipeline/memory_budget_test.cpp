#include "memory_budget.hpp"

#include <gtest/gtest.h>

#include "bellwether/pipeline/memory_settings.hpp"

namespace bellwether::pipeline {
namespace {

TEST(MemoryBudget, SharesWhatIsLeftAmongDetectors) {
  MemoryBudget budget(1'000);
  EXPECT_EQ(budget.share_of_rest(), 1'000U);
  budget.note("one", 300);
  EXPECT_EQ(budget.share_of_rest(), 700U);
  budget.note("other", 100);
  EXPECT_EQ(budget.share_of_rest(), 300U);
  budget.note("one", 500);
  EXPECT_EQ(budget.held_bytes(), 600U);
  EXPECT_EQ(budget.share_of_rest(), 200U);
  budget.forget("other");
  EXPECT_EQ(budget.share_of_rest(), 500U);
}

TEST(MemoryBudget, HasNothingLeftOnceMoreIsHeld) {
  MemoryBudget budget(1'000);
  budget.note("one", 1'200);
  EXPECT_EQ(budget.share_of_rest(), 0U);
}

TEST(MemorySettings, GoByTheMachineUnlessTheySayOtherwise) {
  EXPECT_EQ(budget_on_this_machine({.budget_bytes = 1ULL << 30U}), 1ULL << 30U);
  EXPECT_GE(budget_on_this_machine({}), 64ULL << 20U);
}

TEST(MemorySettings, RefuseABudgetThatHoldsNothing) {
  EXPECT_TRUE(validate(MemorySettings{.budget_bytes = 0}).empty());
  EXPECT_TRUE(validate(MemorySettings{.budget_bytes = 64ULL << 20U}).empty());
  ASSERT_EQ(validate(MemorySettings{.budget_bytes = 1'000'000}).size(), 1U);
  EXPECT_EQ(validate(MemorySettings{.budget_bytes = 1}).front().field, "budget_bytes");
}

}  // namespace
}  // namespace bellwether::pipeline
