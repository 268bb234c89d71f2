#pragma once

#include "bellwether/store/interval_log.hpp"

namespace bellwether::pipeline {

/// Where an interval's consequences are kept: the store, or the files of a backtest.
class CommitTarget {
 public:
  virtual ~CommitTarget() = default;

  virtual Result<void> commit(const store::IntervalCommit& interval) = 0;
};

/// The store.
class StoreTarget final : public CommitTarget {
 public:
  explicit StoreTarget(store::IntervalLog& intervals) : intervals_(intervals) {}

  Result<void> commit(const store::IntervalCommit& interval) override {
    return intervals_.commit(interval);
  }

 private:
  store::IntervalLog& intervals_;
};

}  // namespace bellwether::pipeline
