#pragma once

#include <chrono>
#include <cstddef>
#include <ctime>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bellwether/base/clock.hpp"
#include "bellwether/base/worker_pool.hpp"
#include "bellwether/ingest/aggregator.hpp"
#include "bellwether/store/store.hpp"

#include "mixed_series.hpp"
#include "pipeline/commit_target.hpp"
#include "pipeline/detector_pipeline.hpp"
#include "pipeline/memory_budget.hpp"

namespace bellwether {

template <class T>
T expect(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

inline void expect(const Result<void>& result) {
  if (!result) throw std::runtime_error(result.error().message);
}

/// How long something took: on the clock, and in processor time of all threads together.
struct Taken {
  double wall = 0;
  double processor = 0;

  Taken operator-(const Taken& other) const {
    return {wall - other.wall, processor - other.processor};
  }
  Taken operator+(const Taken& other) const {
    return {wall + other.wall, processor + other.processor};
  }
  Taken& operator+=(const Taken& other) {
    wall += other.wall;
    processor += other.processor;
    return *this;
  }
};

inline Taken taken_so_far() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return {
      std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(),
      static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

/// The store, with a look at how long it takes and how much it is given.
class WatchedTarget final : public pipeline::CommitTarget {
 public:
  explicit WatchedTarget(store::IntervalLog& intervals) : target_(intervals) {}

  Result<void> commit(const store::IntervalCommit& interval) override {
    const Taken before = taken_so_far();
    auto committed = target_.commit(interval);
    committed_at = taken_so_far();
    commit_taken += committed_at - before;
    constexpr std::size_t bytes_per_series = sizeof(double) + 4 * sizeof(float);
    frame_bytes += interval.frame.series_count * interval.frame.measures.size() * bytes_per_series;
    return committed;
  }

  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const store::BlockCheckpoint> checkpoints) override {
    const Taken before = taken_so_far();
    auto saved = target_.save_checkpoints(detector, checkpoints);
    checkpoint_taken += taken_so_far() - before;
    for (const auto& checkpoint : checkpoints) checkpoint_bytes += checkpoint.bytes.size();
    return saved;
  }

  Taken committed_at;
  Taken commit_taken;
  Taken checkpoint_taken;
  std::size_t frame_bytes = 0;
  std::size_t checkpoint_bytes = 0;

 private:
  pipeline::StoreTarget target_;
};

/// One interval's cost, stage by stage.
struct FrameCost {
  Taken aggregate;    ///< Rows folded in, the interval closed.
  Taken score;        ///< Everything of the pipeline that is not below.
  Taken commit;       ///< One durable batch.
  Taken refits;       ///< After the commit, which does not wait for them.
  Taken checkpoints;  ///< Written in the end.
  std::size_t frame_bytes = 0;
  std::size_t checkpoint_bytes = 0;

  FrameCost& operator+=(const FrameCost& other) {
    aggregate += other.aggregate;
    score += other.score;
    commit += other.commit;
    refits += other.refits;
    checkpoints += other.checkpoints;
    frame_bytes += other.frame_bytes;
    checkpoint_bytes += other.checkpoint_bytes;
    return *this;
  }

  /// Until everything that was found is durable and on its way.
  Taken until_commit() const { return aggregate + score + commit; }
  Taken all() const { return until_commit() + refits + checkpoints; }
};

/// An hourly detector of very many series, leaves only, one measure, that lives in a real store and
/// is fed with rows. It goes on where an earlier one of its name stopped. Several may live in one
/// store, each with its own thread; then what they take of the processor is not told apart.
class ScaleStand {
 public:
  /// `store`, `pool` and `memory`, if there is a bound, must outlive it.
  ScaleStand(store::Store& store, WorkerPool& pool, std::size_t series_count,
             std::string detector = "scale", pipeline::MemoryBudget* memory = nullptr)
      : name_(std::move(detector)),
        store_(store),
        pool_(pool),
        memory_(memory),
        series_(series_count, 24),
        target_(store.intervals()) {
    make_batches();
    make_pipeline();
  }

  /// Does what a crash has kept the pipeline from doing, for which nothing waits.
  void catch_up() { expect(pipeline_->catch_up()); }

  /// Ends the pipeline and makes it anew from the store, as after a crash.
  Taken restart() {
    const Taken before = taken_so_far();
    aggregator_.reset();
    pipeline_.reset();
    make_pipeline();
    return taken_so_far() - before;
  }

  IntervalIndex next_hour() const {
    return pipeline_->last_interval() ? *pipeline_->last_interval() + 1 : first_hour;
  }
  std::uint64_t intervals() const { return pipeline_->interval_count(); }
  std::size_t series_count() const { return pipeline_->series_count(); }

  /// Takes the rows of the next hour to the commit.
  FrameCost process_next() {
    const IntervalIndex hour = next_hour();
    const TimePoint start = pipeline_->grid().start_of(hour);
    FrameCost cost;
    const Taken commits = target_.commit_taken;
    const Taken checkpoints = target_.checkpoint_taken;
    const std::size_t frame_bytes = target_.frame_bytes;
    const std::size_t checkpoint_bytes = target_.checkpoint_bytes;
    Taken processed;
    Taken refitted;
    const auto on_closed = [&](ingest::ClosedInterval&& interval) -> Result<void> {
      const Taken before = taken_so_far();
      auto done = pipeline_->process(interval, true);
      const Taken after = taken_so_far();
      processed += after - before;
      refitted += after - target_.committed_at;
      return done;
    };
    for (std::size_t b = 0; b < batches_.size(); ++b) {
      RowBatch& batch = batches_[b];
      batch.timestamps.assign(batch.measures[0].size(), start);
      for (std::size_t i = 0; i < batch.measures[0].size(); ++i)
        batch.measures[0][i] = series_.value(b * rows_per_batch + i, hour);
      batch.first_row = next_row_;
      next_row_ = batch.end_row = next_row_ + batch.row_count();
      const Taken before = taken_so_far();
      expect(aggregator_->add(batch, on_closed));
      cost.aggregate += taken_so_far() - before;
    }
    const Taken before = taken_so_far();
    expect(aggregator_->close_all(on_closed));
    cost.aggregate += taken_so_far() - before - processed;
    cost.commit = target_.commit_taken - commits;
    cost.checkpoints = target_.checkpoint_taken - checkpoints;
    cost.refits = refitted - cost.checkpoints;
    cost.score = processed - cost.commit - cost.refits - cost.checkpoints;
    cost.frame_bytes = target_.frame_bytes - frame_bytes;
    cost.checkpoint_bytes = target_.checkpoint_bytes - checkpoint_bytes;
    return cost;
  }

 private:
  static constexpr IntervalIndex first_hour = 490'000;
  static constexpr std::size_t rows_per_batch = 10'000;
  static constexpr std::size_t products = 1'000;

  DetectorSpec spec() const {
    DetectorSpec spec;
    spec.name = name_;
    spec.interval = std::chrono::hours(1);
    spec.measures = {{"orders", Aggregate::sum}};
    spec.dimensions = {"shop", "product"};
    spec.rollups.kind = RollupKind::leaf;
    spec.max_series = series_.series_count();
    return spec;
  }

  void make_batches() {
    for (std::size_t first = 0; first < series_.series_count(); first += rows_per_batch) {
      const std::size_t count = std::min(rows_per_batch, series_.series_count() - first);
      RowBatch& batch = batches_.emplace_back();
      batch.stream = "rows";
      batch.dimensions.resize(2);
      batch.measures.resize(1);
      for (std::size_t i = 0; i <= (count - 1) / products; ++i)
        batch.dimensions[0].values.push_back("shop-" + std::to_string(first / products + i));
      for (std::size_t i = 0; i < products; ++i)
        batch.dimensions[1].values.push_back("product-" + std::to_string(i));
      batch.measures[0].resize(count);
      for (std::size_t i = 0; i < count; ++i) {
        batch.dimensions[0].codes.push_back(static_cast<std::uint32_t>(i / products));
        batch.dimensions[1].codes.push_back(static_cast<std::uint32_t>(i % products));
        batch.row_numbers.push_back(static_cast<std::uint32_t>(i));
      }
    }
  }

  void make_pipeline() {
    const IntervalGrid grid(std::chrono::hours(1));
    pipeline_ = std::make_unique<pipeline::DetectorPipeline>(
        spec(), grid,
        pipeline::PipelineContext{.pool = pool_,
                                  .target = target_,
                                  .wall_clock = clock_,
                                  .intervals = &store_.intervals(),
                                  .groups = &store_.groups(),
                                  .memory = memory_});
    expect(pipeline_->restore(store_.intervals()));
    const auto& position = pipeline_->position();
    next_row_ = position.empty() ? 0 : position.front().seen_rows;
    aggregator_ = std::make_unique<ingest::Aggregator>(
        pipeline_->spec(), grid, pipeline_->dictionary(), pipeline_->last_interval(), position);
  }

  std::string name_;
  store::Store& store_;
  WorkerPool& pool_;
  pipeline::MemoryBudget* memory_;
  MixedSeries series_;
  SystemClock clock_;
  WatchedTarget target_;
  std::vector<RowBatch> batches_;
  std::uint64_t next_row_ = 0;
  std::unique_ptr<pipeline::DetectorPipeline> pipeline_;
  std::unique_ptr<ingest::Aggregator> aggregator_;
};

}  // namespace bellwether
