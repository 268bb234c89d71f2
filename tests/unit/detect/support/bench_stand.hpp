#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "bellwether/detect/engine.hpp"

#include "support/memory_history.hpp"

namespace bellwether::detect {

/// One column of scores of one series.
struct Scores {
  std::vector<float> severity;
  std::vector<float> expected;
  std::vector<float> lower;
  std::vector<float> upper;
  std::vector<Reason> reason;  ///< None where nothing was listed as an anomaly.
};

/// Feeds one measure of any number of series to an engine, interval by interval.
class BenchStand {
 public:
  explicit BenchStand(std::chrono::seconds interval, std::size_t threads = 1, double threshold = 70)
      : pool_(threads),
        engine_({.interval = interval,
                 .measure_count = 1,
                 .threshold = threshold,
                 .quiet_intervals = 48},
                pool_) {}

  Engine& engine() { return engine_; }
  MemoryHistory& history() { return history_; }

  const ScoredFrame& feed(std::vector<double> values) {
    Frame frame;
    frame.interval = next_++;
    frame.series_count = values.size();
    frame.measures.push_back({std::move(values), {}});
    auto scored = engine_.score_and_refit(frame, history_);
    EXPECT_TRUE(scored) << scored.error().message;
    history_.add(frame);
    return **scored;
  }

  /// One series from begin to end.
  Scores run(std::span<const double> values) {
    Scores scores;
    for (const double value : values) {
      const ScoredFrame& frame = feed({value});
      const ScoredColumn& column = frame.measures[0];
      scores.severity.push_back(column.severity[0]);
      scores.expected.push_back(column.expected[0]);
      scores.lower.push_back(column.lower[0]);
      scores.upper.push_back(column.upper[0]);
      scores.reason.push_back(frame.anomalies.empty() ? Reason::none : frame.anomalies[0].reason);
    }
    return scores;
  }

  std::int64_t next_interval() const { return next_; }

 private:
  WorkerPool pool_;
  Engine engine_;
  MemoryHistory history_;
  std::int64_t next_ = 0;
};

}  // namespace bellwether::detect
