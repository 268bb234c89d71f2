#include "checkpoint_plan.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

namespace bellwether::pipeline {
namespace {

constexpr std::uint64_t values_per_frame = 64;

/// Blocks that score a value of each of their series with every frame.
class Blocks {
 public:
  explicit Blocks(std::size_t count) : work_(count), saved_at_(count) {}

  void refit(std::size_t block) { work_[block] += 100'000; }

  std::vector<std::size_t> next_frame() {
    ++frame_;
    for (auto& work : work_) work += values_per_frame;
    auto due = plan_.take_due(frame_, work_);
    for (const std::size_t block : due) saved_at_[block] = frame_;
    return due;
  }

  std::size_t oldest_age() const { return frame_ - *std::ranges::min_element(saved_at_); }

 private:
  CheckpointPlan plan_;
  std::vector<std::uint64_t> work_;
  std::vector<std::size_t> saved_at_;
  std::size_t frame_ = 0;
};

TEST(CheckpointPlan, GivesEveryBlockATurnInACycle) {
  for (const std::size_t count : {1U, 7U, 500U, 2'000U, 15'625U}) {
    Blocks blocks(count);
    const std::size_t cycle = CheckpointPlan::cycle_of(count);
    for (std::size_t frame = 0; frame < 2 * cycle; ++frame) {
      EXPECT_LE(blocks.next_frame().size(), count / cycle + 1) << count;
      if (frame >= cycle) {
        EXPECT_LT(blocks.oldest_age(), cycle) << count;
      }
    }
  }
}

TEST(CheckpointPlan, HasShorterCyclesForMoreBlocks) {
  EXPECT_EQ(CheckpointPlan::cycle_of(0), 64U);
  EXPECT_EQ(CheckpointPlan::cycle_of(512), 64U);
  EXPECT_EQ(CheckpointPlan::cycle_of(1'563), 20U);
  EXPECT_EQ(CheckpointPlan::cycle_of(15'625), 8U);
}

TEST(CheckpointPlan, SavesRefittedBlocksAtOnce) {
  Blocks blocks(1'000);
  blocks.next_frame();
  blocks.refit(700);
  blocks.refit(20);
  const auto due = blocks.next_frame();
  EXPECT_TRUE(std::ranges::is_sorted(due));
  EXPECT_TRUE(std::ranges::binary_search(due, 700U));
  EXPECT_TRUE(std::ranges::binary_search(due, 20U));
  EXPECT_FALSE(std::ranges::binary_search(blocks.next_frame(), 700U)) << "saved already";
}

TEST(CheckpointPlan, SharesManyRefittedBlocksOutOverFrames) {
  constexpr std::size_t count = 1'000;
  Blocks blocks(count);
  blocks.next_frame();
  for (std::size_t block = 0; block < count; ++block) blocks.refit(block);
  const std::size_t most = 2 * (count / CheckpointPlan::cycle_of(count) + 1);
  std::set<std::size_t> saved;
  for (std::size_t frame = 0; frame < CheckpointPlan::cycle_of(count); ++frame) {
    const auto due = blocks.next_frame();
    EXPECT_LE(due.size(), most);
    EXPECT_EQ(std::set(due.begin(), due.end()).size(), due.size()) << "each once";
    saved.insert(due.begin(), due.end());
  }
  EXPECT_EQ(saved.size(), count);
}

}  // namespace
}  // namespace bellwether::pipeline
