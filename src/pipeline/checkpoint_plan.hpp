#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bellwether::pipeline {

/// Says which blocks of models are saved after a frame, so that a restart has little to live
/// through again.
///
/// Every block has its turn once in a cycle of frames, and the cycle is the shorter, the more
/// blocks there are: what a restart replays is bounded by work, not by frames. Refits cost a
/// thousand times a scored value, so blocks that were refitted are saved at once, as many in a
/// frame as have their turn.
///
/// Cost     O(blocks) per frame; 8 bytes per block.
class CheckpointPlan {
 public:
  /// Frames from a block's turn to its next one.
  static std::size_t cycle_of(std::size_t block_count);

  /// The blocks to save after the detector's frame of that number, ascending; they count as saved.
  /// `work` is what every block has done so far (`Engine::block_work`). Turns go by the number, so
  /// that a restart changes nothing about them.
  std::vector<std::size_t> take_due(std::uint64_t frame, std::span<const std::uint64_t> work);

 private:
  void take_refitted(std::span<const std::uint64_t> work, std::size_t cycle,
                     std::vector<std::size_t>& due) const;

  std::vector<std::uint64_t> saved_work_;  ///< By block: what it had done when it was saved.
};

}  // namespace bellwether::pipeline
