#pragma once

#include <span>
#include <stop_token>
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

/// The store. While that does not take what is written, for its disk is full or fails, it is
/// written again until it does, or a stop is asked for: what a detector has learnt stays as it is
/// meanwhile.
class StoreTarget final : public CommitTarget {
 public:
  explicit StoreTarget(store::IntervalLog& intervals, std::stop_token stop = {});

  Result<void> commit(const store::IntervalCommit& interval) override;
  Result<void> save_checkpoints(std::string_view detector,
                                std::span<const store::BlockCheckpoint> checkpoints) override;

 private:
  bool wait_after(const Result<void>& written) const;

  store::IntervalLog& intervals_;
  const std::stop_token stop_;
};

}  // namespace bellwether::pipeline
