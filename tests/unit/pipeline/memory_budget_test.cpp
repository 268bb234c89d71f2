#include "memory_budget.hpp"

#include <gtest/gtest.h>

#include "bellwether/pipeline/memory_settings.hpp"

namespace bellwether::pipeline {
namespace {

TEST(MemoryBudget, SharesWhatIsLeftOfThreeQuartersAmongDetectors) {
  MemoryBudget budget(1'000);
  EXPECT_EQ(budget.share_of_rest(), 750U);
  budget.note("one", 300);
  EXPECT_EQ(budget.share_of_rest(), 450U);
  budget.note("other", 100);
  EXPECT_EQ(budget.share_of_rest(), 175U);
  budget.note("one", 500);
  EXPECT_EQ(budget.held_bytes(), 600U);
  EXPECT_EQ(budget.share_of_rest(), 75U);
  budget.forget("other");
  EXPECT_EQ(budget.share_of_rest(), 250U);
}

TEST(MemoryBudget, KeepsAQuarterForThoseWhoHoldLittle) {
  MemoryBudget budget(1'000);
  budget.note("junk", 750);
  EXPECT_EQ(budget.room_for_series("junk"), 0U);
  budget.note("one", 0);
  EXPECT_EQ(budget.room_for_series("junk"), 0U);
  EXPECT_EQ(budget.room_for_series("one"), 125U);
  budget.note("one", 100);
  EXPECT_EQ(budget.room_for_series("one"), 25U);
  budget.note("one", 125);
  EXPECT_EQ(budget.room_for_series("one"), 0U);
  budget.note("other", 0);
  EXPECT_EQ(budget.room_for_series("other"), 83U);
  // Where the junk leaves some of the three quarters, that is for all.
  budget.note("junk", 100);
  EXPECT_EQ(budget.room_for_series("junk"), (750U - 225U) / 3);
}

TEST(MemoryBudget, HasNothingLeftOnceMoreIsHeld) {
  MemoryBudget budget(1'000);
  budget.note("one", 1'200);
  budget.note("other", 0);
  EXPECT_EQ(budget.share_of_rest(), 0U);
  EXPECT_EQ(budget.room_for_series("other"), 0U);
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
