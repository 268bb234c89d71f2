#pragma once

#include <deque>
#include <string>

#include "bellwether/detect/history.hpp"
#include "bellwether/domain/frame.hpp"
#include "bellwether/store/interval_log.hpp"

namespace bellwether::pipeline {

/// Reads refits' values from the store, for detectors too large for a window in memory.
///
/// Order    every frame of the last 8192 intervals has been noted before it is read.
/// Threads  one writer between frames; any number of readers meanwhile.
class StoredHistory final : public detect::History {
 public:
  StoredHistory(const store::IntervalLog& intervals, std::string detector)
      : intervals_(intervals), detector_(std::move(detector)) {}

  /// Keeps in mind an interval in which the source was not well: it will be read as a gap.
  void note(IntervalIndex interval, SourceHealth source);

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override;

 private:
  const store::IntervalLog& intervals_;
  std::string detector_;
  std::deque<IntervalIndex> gaps_;  // Ascending.
};

}  // namespace bellwether::pipeline
