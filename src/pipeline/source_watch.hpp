#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "bellwether/base/metrics.hpp"
#include "bellwether/domain/quality.hpp"
#include "bellwether/domain/source_health.hpp"
#include "bellwether/store/interval_log.hpp"

namespace bellwether::pipeline {

/// Follows how a detector's source is, interval by interval, and tells people when its trouble
/// begins and ends: in the log and as a metric.
///
/// Threads  any.
class SourceWatch {
 public:
  struct State {
    SourceHealth health = SourceHealth::healthy;
    std::optional<TimePoint> since;  ///< Start of the first interval that was not healthy.

    /// "no data since ..."; empty while healthy.
    std::string text() const;
  };

  SourceWatch(std::string detector, Metrics& metrics);

  /// Takes up where an earlier run stopped, without telling again.
  Result<void> restore(const store::IntervalLog& intervals);

  void note(const IntervalQuality& interval);

  State state() const;

 private:
  void show(SourceHealth health);

  const std::string detector_;
  Metrics& metrics_;
  mutable std::mutex mutex_;
  State state_;
};

}  // namespace bellwether::pipeline
