#pragma once

#include <span>
#include <string_view>

#include "bellwether/store/interval_log.hpp"

namespace bellwether::pipeline {

/// Where an interval's consequences are kept: the store, or the files of a backtest.
class CommitTarget {
 public:
  virtual ~CommitTarget() = default;

  virtual Result<void> commit(const store::IntervalCommit& interval) = 0;

  /// Keeps what blocks had learnt with the interval that was committed last.
  virtual Result<void> save_checkpoints(std::string_view detector,
                                        std::span<const store::BlockCheckpoint> checkpoints) = 0;
};

/// The store.
class StoreTarget final : public CommitTarget {
 public:
  explicit StoreTarget(store::IntervalLog& intervals) : intervals_(intervals) {}

  Result<void> commit(const store::IntervalCommit& interval) override {
    return intervals_.commit(interval);
  }

  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const store::BlockCheckpoint> checkpoints) override {
    return intervals_.save_checkpoints(detector, checkpoints);
  }

 private:
  store::IntervalLog& intervals_;
};

}  // namespace bellwether::pipeline
