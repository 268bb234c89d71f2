#include "checkpoint_plan.hpp"

#include <algorithm>

namespace bellwether::pipeline {
namespace {

constexpr std::size_t longest_cycle = 64;
constexpr std::size_t shortest_cycle = 8;
constexpr std::size_t most_replayed_blocks = 32'768;  ///< Blocks times frames: 2 million values.

/// More than the frames of a cycle can have given a block of 64 series to do.
constexpr std::uint64_t most_work_of_a_frame = 64;

}  // namespace

std::size_t CheckpointPlan::cycle_of(std::size_t block_count) {
  if (block_count == 0) return longest_cycle;
  return std::clamp(most_replayed_blocks / block_count, shortest_cycle, longest_cycle);
}

std::vector<std::size_t> CheckpointPlan::take_due(std::uint64_t frame,
                                                  std::span<const std::uint64_t> work) {
  saved_work_.resize(std::max(saved_work_.size(), work.size()));
  const std::size_t cycle = cycle_of(work.size());
  std::vector<std::size_t> due;
  take_refitted(work, cycle, due);
  for (std::size_t block = frame % cycle; block < work.size(); block += cycle) due.push_back(block);
  std::ranges::sort(due);
  const auto repeated = std::ranges::unique(due);
  due.erase(repeated.begin(), repeated.end());
  for (const std::size_t block : due) saved_work_[block] = work[block];
  return due;
}

/// Those that would cost a replay most.
void CheckpointPlan::take_refitted(std::span<const std::uint64_t> work, std::size_t cycle,
                                   std::vector<std::size_t>& due) const {
  const auto unsaved = [&](std::size_t block) { return work[block] - saved_work_[block]; };
  for (std::size_t block = 0; block < work.size(); ++block)
    if (unsaved(block) > cycle * most_work_of_a_frame) due.push_back(block);
  const std::size_t most = std::max<std::size_t>(1, work.size() / cycle);
  if (due.size() <= most) return;
  std::ranges::nth_element(due, due.begin() + static_cast<std::ptrdiff_t>(most),
                           [&](std::size_t a, std::size_t b) { return unsaved(a) > unsaved(b); });
  due.resize(most);
}

}  // namespace bellwether::pipeline
