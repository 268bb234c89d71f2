#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bellwether/base/result.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/detect/engine_settings.hpp"
#include "bellwether/detect/history.hpp"
#include "bellwether/domain/dictionary.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/domain/lesson.hpp"
#include "bellwether/domain/scored_frame.hpp"

namespace bellwether::detect {

/// How much the engine remembers.
struct EngineSize {
  std::size_t series = 0;       ///< Series of a measure that have had a value, over all measures.
  std::size_t state_bytes = 0;  ///< Memory of their models, pools and spare room included.
};

/// What became of a block's checkpoint.
enum class RestoredBlock : std::uint8_t {
  whole,          ///< The block is as it was saved.
  other_version,  ///< Another release wrote it: the block is unchanged and must learn again.
};

/// Learns what is normal for every series of one detector and scores each closed interval.
///
/// Units    severity 0 (expected) to 100; expected, lower and upper in the measure's own unit.
/// Order    frames arrive in strictly increasing interval order; a skipped interval is a gap.
/// Threads  one caller at a time; scoring and refits fan out over the given pool. Results are the
///          same bit for bit for any number of threads.
/// Cost     scoring is O(series) per frame, without allocation once all series are known.
/// Source   docs/architecture.md, "detect".
class Engine {
 public:
  /// `settings` must be valid; `pool` must outlive the engine.
  Engine(EngineSettings settings, WorkerPool& pool);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Whether the source was well when `frame` was filled, judged by the arrivals so far: to be
  /// noted in the frame before it is scored. `dictionary` says which of its series are leaves.
  SourceHealth judge_source(const Frame& frame, const Dictionary& dictionary) const;

  /// Scores `frame`, then learns from it. The result is valid until the next frame.
  ///
  /// Errors   invalid_input for a stale frame or one with another number of measures; the models
  ///          are then unchanged.
  Result<const ScoredFrame*> score(const Frame& frame);

  /// Refits the models whose time has come with the frame that was scored last. A refit costs a
  /// thousand times a score and changes none of them, so what was found need not wait for it: it
  /// may be done any time before the next frame is scored.
  ///
  /// Errors   what `history` reports: blocks that could not read it are unchanged, and the call may
  ///          be repeated for them.
  Result<void> refit(const Frame& frame, const History& history);

  /// Both, for callers whom nothing waits for. When only `history` has failed, go on with `refit`.
  Result<const ScoredFrame*> score_and_refit(const Frame& frame, const History& history);

  /// Learns from a frame that was scored before a restart: only blocks that stand before it move.
  /// Its refits are still to be done, as after `score`; those that a block has in its state are not
  /// done again.
  Result<void> replay(const Frame& frame);

  /// Tells the models what a person said, before the frame of interval `lesson.from` is scored or
  /// replayed. Only blocks that stand before it are told: the others have it in their state. What
  /// was scored already stays as it was. Its series are refitted in the frames that follow, at most
  /// 256 of a lesson in each.
  void teach(const Lesson& lesson);

  /// A block is the unit of checkpoints: 64 neighbouring series of one measure. Blocks are only
  /// ever added. One that is new has no checkpoint yet: until it is saved, frames must be replayed
  /// from the one that brought it.
  std::size_t block_count() const;

  /// The interval a block stands at: the last frame it learnt from.
  std::optional<std::int64_t> block_interval(std::size_t block) const;

  /// How many blocks that many series take.
  std::size_t block_count_of(std::size_t series_count) const;

  /// What a block has done since it was made or restored, in values scored; a refit counts as the
  /// scores that would cost as much. What it did since it was saved, a replay must do again.
  std::uint64_t block_work(std::size_t block) const;

  /// Makes the blocks below `block_count`, so that they can be restored side by side.
  void make_blocks(std::size_t block_count);

  /// All that `restore_block` needs to go on after a restart (docs/formats/checkpoint.md).
  ///
  /// Threads  any, between frames.
  std::string save_block(std::size_t block) const;

  /// Puts a block back as it was saved; it may lie beyond `block_count()`.
  ///
  /// Threads  any, for different blocks below `block_count()`.
  /// Errors   corrupt for bytes that do not decode or belong elsewhere; the block is then
  /// unchanged.
  Result<RestoredBlock> restore_block(std::size_t block, std::string_view bytes);

  /// Forgets a series in all measures: its index is given to another one.
  void forget(std::size_t series);

  EngineSize size() const;

 private:
  class Body;
  std::unique_ptr<Body> body_;
};

}  // namespace bellwether::detect
