#pragma once

#include <string>

#include "bellwether/detect/history.hpp"
#include "bellwether/store/interval_log.hpp"

namespace bellwether::pipeline {

/// Reads refits' values from the store, for detectors too large for a window in memory.
class StoredHistory final : public detect::History {
 public:
  StoredHistory(const store::IntervalLog& intervals, std::string detector)
      : intervals_(intervals), detector_(std::move(detector)) {}

  Result<void> read(const detect::HistoryRange& range, std::span<float> values) const override {
    return intervals_.read_values(detector_, range.measure,
                                  static_cast<SeriesIndex>(range.first_series), range.series_count,
                                  range.from, range.to, values);
  }

 private:
  const store::IntervalLog& intervals_;
  std::string detector_;
};

}  // namespace bellwether::pipeline
